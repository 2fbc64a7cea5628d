# shellcheck shell=bash
# What the entry points in this directory and .ci/run share; sourced, never run.
# Leaves the shell in the repository root, where CMake looks for its presets.

self=$(cd "$(dirname "$0")" && pwd -P)/$(basename "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
root=$(pwd -P)
build_dir=$root/build/release

# Progress and complaints go to stderr: stdout belongs to what the scripts run.
say() {
    printf '%s: %s\n' "${self#"$root"/}" "$*" >&2
}

fail() { # status message
    local status=$1
    shift
    say "$*"
    exit "$status"
}

# The help text of a script is the comment at its top.
usage() {
    sed -n '2,/^$/s/^# \{0,1\}//p' "$self"
}

need_tools() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail 3 "$tool is not on PATH (ci/setup installs it)"
    done
}

# Ninja re-runs CMake whenever the build description changes, so one configuration is enough;
# except in a copied or moved source tree, whose build.ninja still builds the original.
configure() {
    need_tools cmake ninja
    local home=
    if [[ -e $build_dir/build.ninja && -e $build_dir/CMakeCache.txt ]]; then
        home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$build_dir/CMakeCache.txt")
    fi
    [[ $home -ef $root ]] || cmake --fresh --preset release >&2
}

# Says nothing when there is nothing to do.
build() { # [--target name...]
    cmake --build --preset release "$@" | sed -u '/^ninja: no work to do\.$/d' >&2
}
