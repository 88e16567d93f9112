# Sourced by the other scripts: where things are, which tools build the artifact, how a missing one is reported.

contracts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=wasm32-unknown-unknown
artifact=atoma_network
# Debian's compiler by path: rustup's shims come first in PATH and have no library sources.
rustc=/usr/bin/rustc
cargo=/usr/bin/cargo
linker=wasm-ld-22
# Tests, lints and formatting run on rustup's toolchain of this version.
native_toolchain=1.95.0

die() {
  echo "contracts: $*" >&2
  exit 1
}

need() {
  command -v "$1" >/dev/null || die "$1 is missing${2:+ ($2)}"
}

need_wasm_toolchain() {
  local hint='run contracts/scripts/install-toolchain.sh'
  need "$rustc" "$hint"
  need "$cargo" "$hint"
  need "$linker" "$hint"
  [ -d "$(library_source)/vendor" ] || die "rust-web-src is missing ($hint)"
}

need_native_toolchain() {
  need rustup 'tests need it'
  rustup toolchain list | grep -q "^$native_toolchain" || die "rustup toolchain $native_toolchain is missing"
  local component
  for component in cargo-fmt cargo-clippy; do
    rustup which --toolchain "$native_toolchain" "$component" >/dev/null 2>&1 ||
      die "$component of rustup toolchain $native_toolchain is missing"
  done
}

library_source() {
  echo "$("$rustc" --print sysroot)/lib/rustlib/src/rust/library"
}

# What the bytes of the artifact depend on besides the sources.
toolchain_versions() {
  "$rustc" -vV | grep -E '^(rustc|LLVM version)'
  "$linker" --version
}

# As in docker/stack/paths.mjs: root's home is closed to other users, so root caches in a system folder.
cache_root() {
  if [ -n "${ATOMA_CACHE:-}" ]; then
    echo "$ATOMA_CACHE"
  elif [ "$(id -u)" = 0 ]; then
    echo /var/cache/atoma
  else
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/atoma"
  fi
}
