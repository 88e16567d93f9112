package main

import (
	"crypto/sha256"
	"fmt"

	"github.com/CosmWasm/wasmvm/v3/types"
	"github.com/cosmos/btcutil/bech32"
)

const (
	prefix = "wasm"
	// What wasmd charges for the address functions, in SDK gas.
	humanizeGas     = 5
	canonicalizeGas = 4
)

// addressOf names an account of a scenario: 20 bytes derived from its name.
func addressOf(name string) string {
	hash := sha256.Sum256([]byte(name))
	address, err := encodeAddress(hash[:20])
	if err != nil {
		panic(err)
	}
	return address
}

func encodeAddress(canonical []byte) (string, error) {
	words, err := bech32.ConvertBits(canonical, 8, 5, true)
	if err != nil {
		return "", err
	}
	return bech32.Encode(prefix, words)
}

func decodeAddress(address string) ([]byte, error) {
	found, words, err := bech32.Decode(address, 90)
	if err != nil {
		return nil, err
	}
	if found != prefix {
		return nil, fmt.Errorf("prefix %s expected, got %s", prefix, found)
	}
	return bech32.ConvertBits(words, 5, 8, false)
}

func addressAPI() types.GoAPI {
	return types.GoAPI{
		HumanizeAddress: func(canonical []byte) (string, uint64, error) {
			address, err := encodeAddress(canonical)
			return address, humanizeGas * gasMultiplier, err
		},
		CanonicalizeAddress: func(address string) ([]byte, uint64, error) {
			canonical, err := decodeAddress(address)
			return canonical, canonicalizeGas * gasMultiplier, err
		},
		ValidateAddress: func(address string) (uint64, error) {
			_, err := decodeAddress(address)
			return (humanizeGas + canonicalizeGas) * gasMultiplier, err
		},
	}
}
