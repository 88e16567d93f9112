#!/usr/bin/env bash
# Rebuilds the contract and fails unless it is, byte for byte, the committed artifact.
set -euo pipefail
source "$(dirname "$0")/toolchain.sh"
out=$contracts/artifacts
[ -f "$out/$artifact.wasm" ] || die "artifacts/$artifact.wasm is missing (run contracts/scripts/build.sh)"
(cd "$out" && sha256sum --check --quiet "$artifact.wasm.sha256") || die "the artifact does not have its checksum"
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
"$contracts/scripts/compile.sh" "$fresh"
if ! cmp -s "$fresh" "$out/$artifact.wasm"; then
  if ! toolchain_versions | diff "$out/toolchain.txt" - >&2; then
    die "the artifact was built by another toolchain (above: recorded, then found)"
  fi
  die "the sources build another artifact: run contracts/scripts/build.sh and commit it"
fi
echo "contracts: the sources build the committed artifact, sha256 $(sha256sum "$fresh" | cut -c1-64)"
