package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"strings"

	"github.com/CosmWasm/wasmvm/v3/types"
)

// scenario is a list of calls in order. A string "@name" anywhere stands for that account's address,
// "@contract" for the contract's.
type scenario struct {
	ChainID  string `json:"chain_id"`
	Contract string `json:"contract,omitempty"`
	Steps    []step `json:"steps"`
}

type step struct {
	Label string `json:"label"`
	// Kind is instantiate, execute or query.
	Kind   string                  `json:"kind"`
	Sender string                  `json:"sender,omitempty"`
	Funds  types.Array[types.Coin] `json:"funds"`
	Block  block                   `json:"block"`
	Msg    json.RawMessage         `json:"msg"`
	// Expect is "ok" (the default) or a part of the refusal.
	Expect string `json:"expect,omitempty"`
	// Head is what the raw state key `head` must hold afterwards, in hex; empty leaves it unchecked.
	Head string `json:"head,omitempty"`
	// Codes are the checksums of the codes that the chain knows, by id.
	Codes map[string]types.Checksum `json:"codes,omitempty"`
	// Bank, if given, is what the contract holds: strangers may send it coins.
	Bank types.Array[types.Coin] `json:"bank,omitempty"`
	// Answer is the whole answer of a query; absent leaves it unchecked.
	Answer json.RawMessage `json:"answer,omitempty"`
}

type block struct {
	Height uint64 `json:"height"`
	// Time is in unix seconds unless time_ns is given.
	Time   uint64 `json:"time"`
	TimeNs uint64 `json:"time_ns,omitempty"`
}

func (b block) nanoseconds() uint64 {
	if b.TimeNs != 0 {
		return b.TimeNs
	}
	return b.Time * blockTimeNs
}

var accountName = regexp.MustCompile(`"@([a-z0-9-]+)"`)

func readScenario(path string) (scenario, error) {
	var read scenario
	text, err := os.ReadFile(path)
	if err != nil {
		return read, err
	}
	text = accountName.ReplaceAllFunc(text, func(name []byte) []byte {
		return []byte(`"` + addressOf(string(name[2:len(name)-1])) + `"`)
	})
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return read, fmt.Errorf("%s: %w", path, err)
	}
	if read.Contract == "" {
		read.Contract = addressOf("contract")
	}
	if len(read.Steps) == 0 {
		return read, fmt.Errorf("%s: no steps", path)
	}
	return read, nil
}

// play runs the steps on an empty state and returns the gas of each by label, and what went otherwise than expected.
func (c *chain) play(read scenario, report func(step, outcome)) (map[string]uint64, []string) {
	c.store, c.bank = newStore(), map[string]*big.Int{}
	c.chainID, c.contract = read.ChainID, read.Contract
	gas, failures := map[string]uint64{}, []string{}
	for number, step := range read.Steps {
		done, err := c.run(step, step.Msg)
		if err == nil {
			err = c.judge(step, done)
		}
		if err != nil {
			failures = append(failures, fmt.Sprintf("step %d, %s: %v", number+1, step.Label, err))
		}
		if done.refused == "" {
			gas[step.Label] = max(gas[step.Label], done.gas)
		}
		report(step, done)
	}
	return gas, failures
}

func (c *chain) judge(step step, done outcome) error {
	wanted := step.Expect
	switch {
	case wanted == "" || wanted == "ok":
		if done.refused != "" {
			return fmt.Errorf("refused: %s", done.refused)
		}
	case done.refused == "":
		return fmt.Errorf("passed, but a refusal with %q was expected", wanted)
	case !strings.Contains(done.refused, wanted):
		return fmt.Errorf("refused with %q, expected %q", done.refused, wanted)
	}
	if head := hex.EncodeToString(c.store.peek([]byte("head"))); step.Head != "" && step.Head != head {
		return fmt.Errorf("the head is %s, expected %s", head, step.Head)
	}
	if step.Answer != nil && !sameJSON(step.Answer, done.data) {
		return fmt.Errorf("the answer is %s, expected %s", done.data, step.Answer)
	}
	return nil
}

func sameJSON(left, right []byte) bool {
	normal := func(text []byte) string {
		var value any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&value); err != nil {
			return "malformed: " + err.Error()
		}
		sorted, err := json.Marshal(value)
		if err != nil {
			return "malformed: " + err.Error()
		}
		return string(sorted)
	}
	return normal(left) == normal(right)
}
