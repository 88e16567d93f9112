#!/usr/bin/env bash
# Checks an artifact in the VM of the chain and plays the scenarios on it. Arguments go to the program: `-v`, `-update`.
set -euo pipefail
source "$(dirname "$0")/toolchain.sh"
need go
need cc 'cgo links the VM'
cd "$contracts/vm-check"
CGO_ENABLED=1 GOTOOLCHAIN=local GOFLAGS=-mod=readonly go build -o vm-check . >&2
shopt -s nullglob
scenarios=(scenarios/*.json)
gas=()
[ -f gas.json ] || [[ " $* " == *' -update '* ]] && gas=(-gas gas.json)
./vm-check "${gas[@]}" "$@" "$contracts/artifacts/$artifact.wasm" "${scenarios[@]}"
