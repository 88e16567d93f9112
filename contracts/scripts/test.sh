#!/usr/bin/env bash
# Everything about the contract that needs Rust and Go: format, lints, native tests, vectors, the artifact's
# reproducibility, and the recorded tests once more on the artifact in the chain's own VM. Ends with `N passed, N failed`.
set -uo pipefail
source "$(dirname "$0")/toolchain.sh"
need_native_toolchain
need_wasm_toolchain
need go 'the check in the VM of the chain is a Go program'
need cc 'cgo and the native tests link with it'
need python3 'it checks the vectors'

export CARGO_TARGET_DIR=$contracts/target-native
scenarios=$CARGO_TARGET_DIR/scenarios
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0
cd "$contracts"

# check NAME COMMAND...: runs it, shows its output, and counts one.
check() {
  local name=$1
  shift
  echo "--- $name"
  if "$@" 2>&1 | tee "$log"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "contracts: FAILED $name" >&2
  fi
}

# count PATTERN: the sum of the numbers before a word in the last log, as test runners print them.
count() {
  grep -oE "[0-9]+ $1" "$log" | awk '{sum += $1} END {print sum + 0}'
}

# suite NAME COMMAND...: like check, but counts the tests that the command reports.
suite() {
  check "$@"
  passed=$((passed + $(count passed)))
  failed=$((failed + $(count failed)))
}

check 'vectors are what generate.py writes' env PYTHONDONTWRITEBYTECODE=1 python3 vectors/generate.py --check
check 'rustfmt' cargo "+$native_toolchain" fmt --all --check
check 'clippy' cargo "+$native_toolchain" clippy --locked --workspace --all-targets -- -D warnings
rm -rf "$scenarios"
mkdir -p "$scenarios"
suite 'native tests' env "ATOMA_SCENARIOS=$scenarios" cargo "+$native_toolchain" test --locked --workspace
check 'the artifact is built from these sources' env -u CARGO_TARGET_DIR scripts/check-artifact.sh
suite 'the artifact in the VM of the chain' scripts/vm-check.sh

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
