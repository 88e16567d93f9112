package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strconv"

	"github.com/CosmWasm/wasmvm/v3"
	"github.com/CosmWasm/wasmvm/v3/types"
)

const (
	// One SDK gas is this much of the VM's.
	gasMultiplier = 140_000
	// What wasmd lets one message use at most here, far above any real one.
	gasLimit    = 400_000_000 * gasMultiplier
	memoryMiB   = 32
	cacheMiB    = 100
	blockTimeNs = 1_000_000_000
)

// capabilities are those of wasmd 0.70.
var capabilities = []string{
	"iterator", "staking", "stargate", "cosmwasm_1_1", "cosmwasm_1_2", "cosmwasm_1_3", "cosmwasm_1_4",
	"cosmwasm_2_0", "cosmwasm_2_1", "cosmwasm_2_2", "ibc2",
}

// chain is one contract with its state and its bank balance, in the chain's own VM.
type chain struct {
	vm       *cosmwasm.VM
	dir      string
	checksum types.Checksum
	store    *store
	bank     map[string]*big.Int
	codes    map[string]types.Checksum
	chainID  string
	contract string
}

func newChain(code []byte) (*chain, error) {
	dir, err := os.MkdirTemp("", "vm-check-")
	if err != nil {
		return nil, err
	}
	vm, err := cosmwasm.NewVM(dir, capabilities, memoryMiB, false, cacheMiB)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c := &chain{vm: vm, dir: dir}
	if c.checksum, _, err = vm.StoreCode(code, gasLimit); err != nil {
		c.close()
		return nil, fmt.Errorf("the VM refuses the code: %w", err)
	}
	if err := vm.Pin(c.checksum); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *chain) close() {
	c.vm.Cleanup()
	os.RemoveAll(c.dir)
}

// outcome of one call: what it cost in SDK gas and, if it was refused, why.
type outcome struct {
	gas     uint64
	refused string
	events  []types.Event
	data    json.RawMessage
}

func (c *chain) env(block block) types.Env {
	info := types.BlockInfo{Height: uint64(block.Height), Time: types.Uint64(block.nanoseconds()), ChainID: c.chainID}
	transaction := &types.TransactionInfo{Index: 0}
	return types.Env{Block: info, Transaction: transaction, Contract: types.ContractInfo{Address: c.contract}}
}

// run calls the contract; a refusal leaves its state and its balance as they were.
func (c *chain) run(step step, message []byte) (outcome, error) {
	c.codes = step.Codes
	if len(step.Bank) > 0 {
		c.bank = map[string]*big.Int{}
		if err := add(c.bank, step.Bank, 1); err != nil {
			return outcome{}, err
		}
	}
	if step.Kind == "query" {
		return c.query(step, message)
	}
	before := c.store.snapshot()
	result, vmGas, storeGas, err := c.call(step, message)
	done := outcome{gas: storeGas + vmGas/gasMultiplier}
	if err == nil && result.Err == "" {
		err = c.move(step.Funds, result.Ok.Messages)
	} else if err == nil {
		err = errors.New(result.Err)
	}
	if err != nil {
		c.store.restore(before)
		done.refused = err.Error()
		return done, nil
	}
	done.events = result.Ok.Events
	return done, nil
}

// call returns the VM's gas without the store's, and the store's.
func (c *chain) call(step step, message []byte) (*types.ContractResult, uint64, uint64, error) {
	info := types.MessageInfo{Sender: step.Sender, Funds: step.Funds}
	c.store.gas = 0
	env, deserialization := c.env(step.Block), types.UFraction{Numerator: gasMultiplier, Denominator: 1}
	entry := c.vm.Execute
	if step.Kind == "instantiate" {
		entry = c.vm.Instantiate
	}
	query := querier{c}
	result, gas, err := entry(
		c.checksum, env, info, message, c.store, addressAPI(), query, c.store, gasLimit, deserialization,
	)
	return result, gas, c.store.gas, err
}

func (c *chain) query(step step, message []byte) (outcome, error) {
	c.store.gas = 0
	deserialization := types.UFraction{Numerator: gasMultiplier, Denominator: 1}
	result, gas, err := c.vm.Query(
		c.checksum, c.env(step.Block), message, c.store, addressAPI(), querier{c}, c.store, gasLimit, deserialization,
	)
	done := outcome{gas: c.store.gas + gas/gasMultiplier}
	switch {
	case err != nil:
		done.refused = err.Error()
	case result.Err != "":
		done.refused = result.Err
	default:
		done.data = result.Ok
	}
	return done, nil
}

// move takes the funds in and lets the contract's bank messages out; other messages are left to the real chain.
func (c *chain) move(funds types.Array[types.Coin], messages []types.SubMsg) error {
	after := map[string]*big.Int{}
	for denom, amount := range c.bank {
		after[denom] = new(big.Int).Set(amount)
	}
	if err := add(after, funds, 1); err != nil {
		return err
	}
	for _, message := range messages {
		bank := message.Msg.Bank
		if bank == nil {
			continue
		}
		var coins types.Array[types.Coin]
		if bank.Send != nil {
			coins = bank.Send.Amount
		} else if bank.Burn != nil {
			coins = bank.Burn.Amount
		}
		if err := add(after, coins, -1); err != nil {
			return err
		}
	}
	c.bank = after
	return nil
}

func add(bank map[string]*big.Int, coins types.Array[types.Coin], sign int64) error {
	for _, coin := range coins {
		amount, ok := new(big.Int).SetString(coin.Amount, 10)
		if !ok {
			return fmt.Errorf("malformed amount %q", coin.Amount)
		}
		if bank[coin.Denom] == nil {
			bank[coin.Denom] = new(big.Int)
		}
		bank[coin.Denom].Add(bank[coin.Denom], amount.Mul(amount, big.NewInt(sign)))
		if bank[coin.Denom].Sign() < 0 {
			return fmt.Errorf("insufficient funds: the contract is short of %s%s", bank[coin.Denom], coin.Denom)
		}
	}
	return nil
}

// querier answers for the contract's own bank balance and the codes of a step, and refuses everything else.
type querier struct{ chain *chain }

func (q querier) GasConsumed() uint64 { return 0 }

func (q querier) Query(request types.QueryRequest, _ uint64) ([]byte, error) {
	switch {
	case request.Bank != nil && request.Bank.Balance != nil:
		return q.balance(*request.Bank.Balance)
	case request.Wasm != nil && request.Wasm.CodeInfo != nil:
		return q.code(request.Wasm.CodeInfo.CodeID)
	default:
		return nil, types.UnsupportedRequest{Kind: "only balances and codes are known here"}
	}
}

func (q querier) balance(asked types.BalanceQuery) ([]byte, error) {
	amount := "0"
	if found := q.chain.bank[asked.Denom]; found != nil && asked.Address == q.chain.contract {
		amount = found.String()
	}
	return json.Marshal(types.BalanceResponse{Amount: types.Coin{Denom: asked.Denom, Amount: amount}})
}

func (q querier) code(id uint64) ([]byte, error) {
	checksum, known := q.chain.codes[strconv.FormatUint(id, 10)]
	if !known {
		return nil, types.NoSuchCode{CodeID: id}
	}
	return json.Marshal(types.CodeInfoResponse{CodeID: id, Creator: q.chain.contract, Checksum: checksum})
}
