#!/usr/bin/env bash
# compile.sh OUT: builds the contract reproducibly and writes the wasm to OUT. The bytes depend on the sources, the
# lock file and the toolchain only: not on the folder, the user, or cargo's home.
set -euo pipefail
source "$(dirname "$0")/toolchain.sh"
[ $# = 1 ] || die "usage: compile.sh OUT"
need_wasm_toolchain

sysroot=$("$contracts/scripts/sysroot.sh")
cargo_home=${CARGO_HOME:-$HOME/.cargo}
flags="-C target-cpu=mvp -C linker=$linker --sysroot=$sysroot -C link-arg=--import-undefined -C link-arg=-s"
flags+=" --remap-path-prefix=$contracts=/src --remap-path-prefix=$cargo_home=/cargo"
flags+=" --remap-path-prefix=$sysroot=/sysroot"
# Without line numbers in panics a moved line or a comment leaves the bytes as they are; it needs the bootstrap switch.
flags+=" -Z location-detail=none"
cd "$contracts"
env -u CARGO_ENCODED_RUSTFLAGS RUSTC="$rustc" RUSTC_BOOTSTRAP=1 RUSTFLAGS="$flags" CARGO_TARGET_DIR="$contracts/target" \
  "$cargo" build --release --lib --package atoma-network --target "$target" --locked >&2
cp "$contracts/target/$target/release/$artifact.wasm" "$1"
