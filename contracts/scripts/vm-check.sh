#!/usr/bin/env bash
# Checks the artifact in the VM of the chain and plays the scenarios that the native tests recorded (`npm run
# test:contracts` records them). Arguments go to the program: `-v` prints every step, `-update` rewrites gas.json.
set -euo pipefail
source "$(dirname "$0")/toolchain.sh"
need go 'the check in the VM of the chain is a Go program'
need cc 'cgo links the VM'
scenarios=$contracts/target-native/scenarios
gas_of=happy_path-a_request_is_drawn_answered_settled_and_claimed-0
[ -f "$scenarios/$gas_of.json" ] || die "no scenario $gas_of: the native tests record it (npm run test:contracts)"

cd "$contracts/vm-check"
CGO_ENABLED=1 GOTOOLCHAIN=local GOFLAGS=-mod=readonly go build -o vm-check . >&2
./vm-check -gas gas.json -gas-of "$gas_of" "$@" "$contracts/artifacts/$artifact.wasm" "$scenarios"/*.json
