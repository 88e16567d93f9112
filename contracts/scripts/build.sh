#!/usr/bin/env bash
# Builds the contract and replaces the committed artifact, its checksum and the record of the toolchain.
set -euo pipefail
source "$(dirname "$0")/toolchain.sh"
out=$contracts/artifacts
mkdir -p "$out"
"$contracts/scripts/compile.sh" "$out/$artifact.wasm"
chmod 644 "$out/$artifact.wasm"
(cd "$out" && sha256sum "$artifact.wasm" >"$artifact.wasm.sha256")
toolchain_versions >"$out/toolchain.txt"
echo "contracts: $(stat -c %s "$out/$artifact.wasm") bytes, sha256 $(cut -c1-64 "$out/$artifact.wasm.sha256")"
