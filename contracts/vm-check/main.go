// vm-check stores a contract in the VM of the chain, with wasmd's capabilities and limits, and plays scenarios on it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const maxBytes = 800 * 1024

func main() {
	snapshot := flag.String("gas", "", "file with the gas of every label; growth above 5% fails")
	gasOf := flag.String("gas-of", "", "name of the scenario whose gas the file holds")
	update := flag.Bool("update", false, "write the gas file instead of comparing")
	verbose := flag.Bool("v", false, "print every step")
	flag.Parse()
	if flag.NArg() < 1 {
		fmt.Fprintln(os.Stderr, "usage: vm-check [-gas FILE -gas-of SCENARIO [-update]] [-v] CONTRACT.wasm [SCENARIO.json...]")
		os.Exit(2)
	}
	run := &run{gasOf: *gasOf, verbose: *verbose}
	run.check(flag.Arg(0), flag.Args()[1:])
	if *snapshot != "" && run.failed == 0 {
		run.compareGas(*snapshot, *update)
	}
	fmt.Printf("vm-check: %d passed, %d failed\n", run.passed, run.failed)
	if run.failed > 0 {
		os.Exit(1)
	}
}

// run counts checks; each prints one line if it fails.
type run struct {
	passed, failed int
	gas            map[string]uint64
	// gasOf names the scenario whose gas is recorded.
	gasOf   string
	verbose bool
}

func (r *run) expect(good bool, format string, values ...any) bool {
	if good {
		r.passed++
		return true
	}
	r.failed++
	fmt.Printf("vm-check: FAILED "+format+"\n", values...)
	return false
}

func (r *run) check(path string, scenarios []string) {
	code, err := os.ReadFile(path)
	if !r.expect(err == nil, "%v", err) {
		return
	}
	static, err := inspect(code)
	if !r.expect(err == nil, "%s: %v", path, err) {
		return
	}
	fmt.Printf(
		"vm-check: %d bytes, %d functions, at most %d locals, imports %s\n",
		static.bytes, static.functions, static.maxLocals, strings.Join(static.imports, " "),
	)
	r.expect(static.bytes <= maxBytes, "%d bytes, at most %d fit into a transaction of wasmd", static.bytes, maxBytes)
	chain, err := newChain(code)
	if !r.expect(err == nil, "%v", err) {
		return
	}
	defer chain.close()
	for _, scenario := range scenarios {
		r.play(chain, scenario)
	}
}

func (r *run) play(chain *chain, path string) {
	name := filepath.Base(path)
	read, err := readScenario(path)
	if !r.expect(err == nil, "%v", err) {
		return
	}
	gas, failures := chain.play(read, func(step step, done outcome) {
		if r.verbose {
			fmt.Printf("  %-28s %9d gas  %s\n", step.Label, done.gas, done.refused)
		}
	})
	r.passed += len(read.Steps) - len(failures)
	for _, failure := range failures {
		r.expect(false, "%s: %s", name, failure)
	}
	if strings.TrimSuffix(name, ".json") == r.gasOf {
		r.gas = gas
	}
}

// compareGas fails a label whose gas grew by more than a twentieth; new and cheaper ones pass.
func (r *run) compareGas(path string, update bool) {
	if update {
		text, err := json.MarshalIndent(r.gas, "", " ")
		if err == nil {
			err = os.WriteFile(path, append(text, '\n'), 0o644)
		}
		r.expect(err == nil, "%v", err)
		return
	}
	recorded := map[string]uint64{}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &recorded)
	}
	if !r.expect(err == nil, "%s: %v", path, err) {
		return
	}
	labels := []string{}
	for label := range recorded {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	for _, label := range labels {
		used, limit := r.gas[label], recorded[label]+recorded[label]/20
		r.expect(used > 0, "gas of %s: no scenario does it any more", label)
		r.expect(used <= limit, "gas of %s: %d, recorded %d", label, used, recorded[label])
	}
}
