package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// staticReport is what a wasm binary says about itself without being run.
type staticReport struct {
	bytes     int
	functions int
	imports   []string
	// maxLocals is the largest number of declared locals in one function; the VM refuses more than 100 with parameters.
	maxLocals uint64
}

const (
	sectionImport = 2
	sectionCode   = 10
)

var errTruncated = errors.New("the module ends too early")

// inspect reads the import and code sections of a module.
func inspect(code []byte) (staticReport, error) {
	report := staticReport{bytes: len(code)}
	if len(code) < 8 || string(code[:4]) != "\x00asm" {
		return report, errors.New("this is no wasm module")
	}
	r := &reader{code[8:]}
	for len(r.rest) > 0 {
		id, err := r.take(1)
		if err != nil {
			return report, err
		}
		section, err := r.block()
		if err != nil {
			return report, err
		}
		switch id[0] {
		case sectionImport:
			err = report.readImports(section)
		case sectionCode:
			err = report.readCode(section)
		}
		if err != nil {
			return report, err
		}
	}
	return report, nil
}

func (s *staticReport) readImports(r *reader) error {
	count, err := r.number()
	if err != nil {
		return err
	}
	for range count {
		module, err := r.block()
		if err != nil {
			return err
		}
		name, err := r.block()
		if err != nil {
			return err
		}
		kind, err := r.take(1)
		if err != nil {
			return err
		}
		if kind[0] != 0 {
			return fmt.Errorf("import %s is of kind %d, only functions are expected", name.rest, kind[0])
		}
		if _, err := r.number(); err != nil {
			return err
		}
		s.imports = append(s.imports, string(module.rest)+"."+string(name.rest))
	}
	return nil
}

func (s *staticReport) readCode(r *reader) error {
	count, err := r.number()
	if err != nil {
		return err
	}
	s.functions = int(count)
	for range count {
		body, err := r.block()
		if err != nil {
			return err
		}
		locals, err := body.locals()
		if err != nil {
			return err
		}
		s.maxLocals = max(s.maxLocals, locals)
	}
	return nil
}

type reader struct{ rest []byte }

func (r *reader) take(count uint64) ([]byte, error) {
	if uint64(len(r.rest)) < count {
		return nil, errTruncated
	}
	taken := r.rest[:count]
	r.rest = r.rest[count:]
	return taken, nil
}

// number reads an unsigned LEB128; wasm's agrees with Go's varint.
func (r *reader) number() (uint64, error) {
	value, size := binary.Uvarint(r.rest)
	if size <= 0 {
		return 0, errTruncated
	}
	r.rest = r.rest[size:]
	return value, nil
}

// block reads a length and as many bytes.
func (r *reader) block() (*reader, error) {
	length, err := r.number()
	if err != nil {
		return nil, err
	}
	bytes, err := r.take(length)
	return &reader{bytes}, err
}

// locals sums the runs of equally typed locals at the head of a function body.
func (r *reader) locals() (uint64, error) {
	runs, err := r.number()
	if err != nil {
		return 0, err
	}
	var total uint64
	for range runs {
		count, err := r.number()
		if err != nil {
			return 0, err
		}
		if _, err := r.take(1); err != nil {
			return 0, err
		}
		total += count
	}
	return total, nil
}
