#!/usr/bin/env python3
"""How `interlock check --mpi` would scale: a discrete-event simulation with measured costs.

One rank keeps what is left and serves the others one message after the other: that takes `--message`
seconds each, `--latency` on the way. A part that is wanted back is cut: what is left of it comes back as
parts of which each is `--ratio` of the one before. When nothing is left to send and somebody waits, all are
asked to give back, as models/units/pool.cpp does.

    bench/fleet_simulation.py --executions 1e9 --rate 1e6 --message 20e-6
"""

import argparse
import heapq


def cut(work, ratio, least):
    """The parts of what is left, the largest first."""
    parts = []
    while work > least:
        parts.append(work * (1 - ratio))
        work *= ratio
    return parts + [work] if work > 0 else parts


def simulate(ranks, work, options):
    """Seconds that it takes, and messages."""
    left = [-work]  # a heap: the largest first
    waiting = list(range(ranks))
    running = {}  # rank: when its part is over, and a number that says which part
    events = []  # when, which number, kind, rank, data
    number = 0
    server_free = 0.0
    messages = 0
    unasked = set()  # ranks that have not been asked to give back
    now = 0.0
    ended = 0.0

    def serve(at):
        """The server deals with one message that is there at that time; when it has."""
        nonlocal server_free, messages
        server_free = max(server_free, at) + options.message
        messages += 1
        return server_free

    def push(at, kind, rank, data=None):
        nonlocal number
        number += 1
        heapq.heappush(events, (at, number, kind, rank, data))
        return number

    def hand_out():
        while waiting and left:
            rank = waiting.pop()
            part = -heapq.heappop(left)
            begins = serve(now) + options.latency
            running[rank] = (begins, part, push(begins + part, "over", rank))
            unasked.add(rank)
        if waiting and not left:
            for rank in sorted(unasked):
                push(serve(now) + options.latency, "return", rank, running[rank][2])
            unasked.clear()

    hand_out()
    while events:
        now, this, kind, rank, data = heapq.heappop(events)
        if kind == "back":  # at the server
            for part in data:
                heapq.heappush(left, -part)
            waiting.append(rank)
            ended = now
            hand_out()
            continue
        if rank not in running:
            continue
        begins, part, which = running[rank]
        if kind == "over" and which == this:
            del running[rank]
            unasked.discard(rank)
            push(serve(now + options.latency), "back", rank, [])
        elif kind == "return" and which == data:
            del running[rank]
            at = max(now, begins + options.least)
            rest = begins + part - at
            push(serve(at + options.latency), "back", rank, cut(rest, options.ratio, options.least))
    return ended, messages


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--executions", type=float, default=1e9, help="of the search")
    parser.add_argument("--rate", type=float, default=1e6, help="executions a second of one rank")
    parser.add_argument("--message", type=float, default=20e-6, help="seconds to deal with one")
    parser.add_argument("--latency", type=float, default=60e-6, help="seconds on the way")
    parser.add_argument("--ratio", type=float, default=0.7, help="of a part to the next larger one")
    parser.add_argument("--least", type=float, default=16e-6, help="seconds before one gives back")
    parser.add_argument("--ranks", type=int, nargs="*", default=[])
    options = parser.parse_args()
    work = options.executions / options.rate
    print(f"{'ranks':>6}  {'seconds':>10}  {'speed-up':>8}  {'efficiency':>10}  {'messages':>9}")
    for ranks in options.ranks or [1, 2, 4, 8, 16, 64, 256, 1000, 2000, 5000, 10_000]:
        seconds, messages = simulate(ranks, work, options)
        speed_up = work / seconds
        print(
            f"{ranks:>6}  {seconds:>10.3f}  {speed_up:>8.1f}  {speed_up / ranks:>10.2f}  {messages:>9}"
        )


if __name__ == "__main__":
    main()
