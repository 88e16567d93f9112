package main

import (
	"bytes"

	"github.com/CosmWasm/wasmvm/v3/types"
	"github.com/google/btree"
)

// Costs of the SDK's gas-metered store (KVGasConfig), in SDK gas.
const (
	readFlat     = 1000
	readPerByte  = 3
	writeFlat    = 2000
	writePerByte = 30
	deleteFlat   = 1000
	iterNextFlat = 30
	// wasmd keeps a contract's keys behind one byte and its 32-byte address, and pays for them.
	prefixBytes = 33
)

type entry struct{ key, value []byte }

func (e *entry) Less(other btree.Item) bool {
	return bytes.Compare(e.key, other.(*entry).key) < 0
}

// store is a contract's state in memory; every access costs what the SDK charges.
type store struct {
	tree *btree.BTree
	gas  uint64
}

func newStore() *store { return &store{tree: btree.New(32)} }

// snapshot is cheap: the trees share nodes until one is written.
func (s *store) snapshot() *btree.BTree { return s.tree.Clone() }

func (s *store) restore(tree *btree.BTree) { s.tree = tree }

// GasConsumed makes the store the gas meter of the VM, in the VM's unit.
func (s *store) GasConsumed() types.Gas { return s.gas * gasMultiplier }

func (s *store) Get(key []byte) []byte {
	value := s.peek(key)
	s.gas += readFlat + readPerByte*uint64(prefixBytes+len(key)+len(value))
	return value
}

func (s *store) peek(key []byte) []byte {
	if found := s.tree.Get(&entry{key: key}); found != nil {
		return found.(*entry).value
	}
	return nil
}

func (s *store) Set(key, value []byte) {
	s.gas += writeFlat + writePerByte*uint64(prefixBytes+len(key)+len(value))
	s.tree.ReplaceOrInsert(&entry{bytes.Clone(key), bytes.Clone(value)})
}

func (s *store) Delete(key []byte) {
	s.gas += deleteFlat
	s.tree.Delete(&entry{key: key})
}

func (s *store) Iterator(start, end []byte) types.Iterator {
	var found []*entry
	s.tree.Ascend(func(item btree.Item) bool {
		candidate := item.(*entry)
		if inRange(candidate.key, start, end) {
			found = append(found, candidate)
		}
		return end == nil || bytes.Compare(candidate.key, end) < 0
	})
	return s.iterate(found, start, end)
}

func (s *store) ReverseIterator(start, end []byte) types.Iterator {
	var found []*entry
	s.tree.Descend(func(item btree.Item) bool {
		candidate := item.(*entry)
		if inRange(candidate.key, start, end) {
			found = append(found, candidate)
		}
		return start == nil || bytes.Compare(candidate.key, start) >= 0
	})
	return s.iterate(found, start, end)
}

func inRange(key, start, end []byte) bool {
	return (start == nil || bytes.Compare(key, start) >= 0) && (end == nil || bytes.Compare(key, end) < 0)
}

func (s *store) iterate(found []*entry, start, end []byte) types.Iterator {
	it := &iterator{store: s, rest: found, start: start, end: end}
	it.pay()
	return it
}

// iterator walks entries found when it was made; moving to one costs reading it.
type iterator struct {
	store      *store
	rest       []*entry
	start, end []byte
}

func (i *iterator) pay() {
	if i.Valid() {
		size := prefixBytes + len(i.rest[0].key) + len(i.rest[0].value)
		i.store.gas += readPerByte * uint64(size)
	}
	i.store.gas += iterNextFlat
}

func (i *iterator) Domain() ([]byte, []byte) { return i.start, i.end }
func (i *iterator) Valid() bool              { return len(i.rest) > 0 }
func (i *iterator) Key() []byte              { return i.rest[0].key }
func (i *iterator) Value() []byte            { return i.rest[0].value }
func (i *iterator) Error() error             { return nil }
func (i *iterator) Close() error             { return nil }

func (i *iterator) Next() {
	i.rest = i.rest[1:]
	i.pay()
}
