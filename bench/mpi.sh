#!/usr/bin/env bash
# Training steps by 1, 2 and 4 ranks, on one machine and between network namespaces whose links have a rate.
# SPDX-License-Identifier: MIT
# bench/mpi.sh [--json] [SECONDS A POINT]
# As root with iproute2 and MPICH: each rank in a network namespace of its own, with a veth pair to a bridge and a token bucket
# (tc tbf) on what it sends. Without root only the points on one machine. The ranks share this machine's cores all the same: what
# they compute does not get faster by their number where there are fewer cores; what they send is what is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
json='' seconds=3
for word; do case $word in --json) json=1 ;; *) seconds=$word ;; esac; done
program=$PWD/build/release/bench/bench_ranks
say() { printf '%s\n' "$*" >&2; }
[ -x "$program" ] || { say "bench/mpi.sh: $program is missing; ./dev bench mpi builds it"; exit 2; }
command -v mpiexec >/dev/null || { say "mpi: skipped, mpirun is not installed"; [ -z "$json" ] || echo '{}'; exit 0; }

# On a machine that others use: QUILLET_BENCH_WITH="nice -n -19" lets the ranks, which mostly wait, have a processor when they ask for it.
read -ra with <<<"${QUILLET_BENCH_WITH:-}"
space=quillet$$
scratch=$(mktemp -d)
# shellcheck disable=SC2317  # called by the trap
clean() {
    for i in 1 2 3 4; do ip netns del "$space-$i" 2>/dev/null || true; done
    ip link del "qb$$" 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean EXIT

# Four namespaces at 10.77.0.1 … 4 on a bridge at 10.77.0.254.
make_network() {
    ip link add "qb$$" type bridge && ip addr add 10.77.0.254/24 dev "qb$$" && ip link set "qb$$" up || return 1
    local i
    for i in 1 2 3 4; do
        ip netns add "$space-$i" &&
            ip link add "qv$i-$$" type veth peer name port netns "$space-$i" &&
            ip link set "qv$i-$$" master "qb$$" up &&
            ip -n "$space-$i" addr add "10.77.0.$i/24" dev port &&
            ip -n "$space-$i" link set port up && ip -n "$space-$i" link set lo up || return 1
    done
    # What mpiexec calls in ssh's place: LAUNCHER [-x] HOST COMMAND…
    cat >"$scratch/launch" <<END
#!/bin/sh
while [ "\${1#-}" != "\$1" ]; do shift; done
host=\$1; shift
exec ip netns exec "$space-\${host##*.}" sh -c "\$*"
END
    chmod +x "$scratch/launch"
}

set_rate() { # RATE in Mbit/s; 0: none
    local i
    for i in 1 2 3 4; do
        ip netns exec "$space-$i" tc qdisc del dev port root 2>/dev/null || true
        [ "$1" = 0 ] || ip netns exec "$space-$i" tc qdisc add dev port root tbf rate "$1mbit" burst 128kb latency 100ms
    done
}

# What the link carries: 64 MB or two seconds' worth from the first namespace to the second, in Mbit/s.
link_speed() {
    "${with[@]}" ip netns exec "$space-2" python3 -c '
import socket, time
server = socket.create_server(("10.77.0.2", 7777)); peer, _ = server.accept()
count = len(peer.recv(1 << 20)); begin = time.time()
while data := peer.recv(1 << 20): count += len(data)
print(round(count * 8 / (time.time() - begin) / 1e6))' &
    sleep 0.5
    "${with[@]}" ip netns exec "$space-1" python3 -c '
import socket, time
link = socket.create_connection(("10.77.0.2", 7777)); block = bytes(1 << 18); end = time.time() + 2
while time.time() < end: link.sendall(block)'
    wait
}

points=$scratch/points
point() { # WHERE MBIT RANKS HIDDEN BATCH SEQUENCE
    local launcher=(-n "$3")
    if [ "$1" = namespaces ]; then
        launcher+=(-launcher ssh -launcher-exec "$scratch/launch" -localhost 10.77.0.254
            -hosts "$(seq -s, -f '10.77.0.%g' "$3")" -genv UCX_TLS "tcp,self" -genv UCX_NET_DEVICES port -genv UCX_RNDV_THRESH inf -genv FI_PROVIDER tcp)
    fi
    local line
    line=$("${with[@]}" timeout 90 mpiexec "${launcher[@]}" "$program" "$4" 64 "$5" "$6" 1 "$seconds")
    line="{\"where\": \"$1\", \"link_mbit\": $2, ${line#\{}"
    echo "$line" >>"$points"
    [ -n "$json" ] || echo "$line"
}

# Four streams of four characters: next to nothing to compute. Then what a training has.
shapes() { # WHERE MBIT RANKS
    for hidden in 128 512; do point "$1" "$2" "$3" $hidden 4 4; done
    point "$1" "$2" "$3" 256 64 48
}

for ranks in 1 2 4; do shapes machine 0 $ranks; done
if [ "$(id -u)" != 0 ] || ! command -v tc >/dev/null; then
    say "mpi: without links, which need root and iproute2"
elif ! make_network 2>"$scratch/why"; then
    say "mpi: without links: $(head -n 1 "$scratch/why")"
else
    for rate in 100 1000 10000 0; do
        set_rate $rate
        speed=$(link_speed)
        for ranks in 2 4; do shapes namespaces "$speed" $ranks; done
    done
fi
[ -z "$json" ] || { printf '{"points": ['; paste -sd, "$points" | tr -d '\n'; printf ']}\n'; }
