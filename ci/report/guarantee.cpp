#include "ci/report/guarantee.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace interlock::ci {

using models::FootprintKind;
using models::Guarantee;
using Json = nlohmann::ordered_json;

std::string words_of(const Guarantee& guarantee) {
    std::string words = fmt::format(
        "{}, {}, {}",
        guarantee.mode,
        guarantee.discipline,
        guarantee.complete ? "complete" : "not complete"
    );
    if (guarantee.preemptions && !guarantee.complete) {
        words += fmt::format(", complete up to {} preemptions", *guarantee.preemptions);
    }
    words += fmt::format("; time {}", guarantee.time);
    const models::Faults& faults = guarantee.faults;
    words += faults == models::Faults{}
                 ? ", no faults"
                 : fmt::format(", faults: {} raised, {} cancelled", faults.raise, faults.cancel);
    if (guarantee.footprints != FootprintKind::none) {
        words += fmt::format("; footprints: {}", name_of(guarantee.footprints));
    }
    words += guarantee.symmetry ? "; up to symmetry" : "";
    words += fmt::format("; {} traces, {} blocked", guarantee.traces, guarantee.ssb);
    if (guarantee.states) {
        words += fmt::format(", {} states by {} bits", *guarantee.states, guarantee.hash_bits);
    }
    return words;
}

Json json_of(const Guarantee& guarantee) {
    const auto& pct = guarantee.pct;
    return {
        {"mode", guarantee.mode},
        {"discipline", guarantee.discipline},
        {"complete", guarantee.complete},
        {"verified", guarantee.is_verified()},
        {"bound",
         guarantee.preemptions ? Json{{"kind", "preemptions"}, {"value", *guarantee.preemptions}}
                               : Json()},
        {"time", {{"mode", guarantee.time}}},
        {"faults", {{"raise", guarantee.faults.raise}, {"cancel", guarantee.faults.cancel}}},
        {"symmetry", guarantee.symmetry},
        {"footprints",
         guarantee.footprints == FootprintKind::none ? Json()
                                                     : Json(name_of(guarantee.footprints))},
        {"traces", guarantee.traces},
        {"ssb", guarantee.ssb},
        {"states", guarantee.states ? Json(*guarantee.states) : Json()},
        {"hash_bits", guarantee.hash_bits},
        {"pct",
         pct ? Json{{"n", pct->n}, {"k", pct->k}, {"d", pct->d}, {"runs", pct->runs}, {"p", pct->p}}
             : Json()},
    };
}

}  // namespace interlock::ci
