#!/usr/bin/env bash
# Prints a sysroot for wasm32 whose std uses no bulk memory (the chain's VM refuses it); builds it once per toolchain.
set -euo pipefail
source "$(dirname "$0")/toolchain.sh"
need_wasm_toolchain

key=$( (toolchain_versions; "$rustc" -vV) | sha256sum | cut -c1-16)
sysroot=$(cache_root)/wasm-sysroot/$key
if [ -f "$sysroot/complete" ]; then
  echo "$sysroot"
  exit 0
fi

echo "contracts: building std for $target once, about a minute" >&2
source_dir=$(library_source)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src" "$work/.cargo"
: >"$work/src/lib.rs"
cat >"$work/Cargo.toml" <<TOML
[package]
name = "empty"
version = "0.0.0"
edition = "2021"
[profile.release]
panic = "abort"
opt-level = 3
codegen-units = 1
TOML
cat >"$work/.cargo/config.toml" <<TOML
[source.crates-io]
replace-with = "library"
[source.library]
directory = "$source_dir/vendor"
TOML
(
  cd "$work"
  env -u CARGO_ENCODED_RUSTFLAGS RUSTC="$rustc" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" \
    RUSTFLAGS="-C target-cpu=mvp -C linker=$linker --remap-path-prefix=$source_dir=/rust/library" \
    "$cargo" build --release --target "$target" -Z build-std=std,panic_abort --offline
) >&2

# Filled beside its final place and moved, so that an interrupted build leaves nothing that looks complete.
mkdir -p "$(dirname "$sysroot")"
fresh=$(mktemp -d "$sysroot.XXXXXX")
chmod 755 "$fresh"
libs=$fresh/lib/rustlib/$target/lib
mkdir -p "$libs"
find "$work/target/$target/release/deps" -name '*.rlib' ! -name 'libempty-*' -exec cp {} "$libs/" \;
[ -n "$(find "$libs" -name 'libstd-*.rlib')" ] || die "the build of std left no libstd"
touch "$fresh/complete"
rm -rf "$sysroot"
mv "$fresh" "$sysroot"
echo "$sysroot"
