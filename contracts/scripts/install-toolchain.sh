#!/usr/bin/env bash
# For CI: makes the tools of `npm run test:contracts` available, from Debian where it may, and names what is missing.
set -euo pipefail
source "$(dirname "$0")/toolchain.sh"

packages=()
[ -x "$rustc" ] || packages+=(rustc-web)
[ -x "$cargo" ] || packages+=(cargo-web)
command -v "$linker" >/dev/null || packages+=(lld-22)
if [ ! -x "$rustc" ] || [ ! -d "$(library_source)/vendor" ]; then
  packages+=(rust-web-src)
fi
if [ ${#packages[@]} -gt 0 ]; then
  need apt-get "needed to install ${packages[*]}"
  [ "$(id -u)" = 0 ] || die "${packages[*]} missing, and only root can install them"
  apt-get update -q || echo "contracts: apt-get update failed, trying the lists there are" >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
fi
need_wasm_toolchain
need_native_toolchain
need go 'the check in the VM of the chain is a Go program'
need cc 'cgo and the native tests link with it'
need python3 'it writes the vectors'
