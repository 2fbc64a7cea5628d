#include "ci/report/guarantee.hpp"

#include <cmath>
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
    const auto& bound = guarantee.bound;
    if (bound && !guarantee.complete) {
        words += fmt::format(", complete up to {} {}", bound->value, name_of(bound->measure));
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
        words += fmt::format(
            ", {} states by {} bits (the chance that two were taken for one is below {:.0e})",
            *guarantee.states,
            guarantee.hash_bits,
            guarantee.collision_bound()
        );
    }
    if (const auto& pct = guarantee.pct) {
        const double missed = std::pow(1 - pct->p, static_cast<double>(pct->runs));
        words += fmt::format(
            "; for a fixed bug of depth {} the chance to have found it was at least {:.4f}: {} "
            "runs "
            "of {:.3g} each, for {} tasks and {} choices",
            pct->d,
            1 - missed,
            pct->runs,
            pct->p,
            pct->n,
            pct->k
        );
    }
    return words;
}

Json json_of(const Guarantee& guarantee) {
    const auto& pct = guarantee.pct;
    const auto& bound = guarantee.bound;
    return {
        {"mode", guarantee.mode},
        {"discipline", guarantee.discipline},
        {"complete", guarantee.complete},
        {"verified", guarantee.is_verified()},
        {"bound",
         bound ? Json{{"kind", name_of(bound->measure)}, {"value", bound->value}} : Json()},
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
        {"collision_bound", guarantee.hash_bits != 0 ? Json(guarantee.collision_bound()) : Json()},
        {"pct",
         pct ? Json{{"n", pct->n}, {"k", pct->k}, {"d", pct->d}, {"runs", pct->runs}, {"p", pct->p}}
             : Json()},
    };
}

std::string words_of(const models::Saturation& saturation, std::uint64_t executions) {
    const auto seen = [&](const models::Saturation::Seen& things, const char* name) {
        return fmt::format(
            "{}{} {}, the last {} in execution {} of {}",
            things.has_more ? "more than " : "",
            things.count,
            name,
            things.has_more ? "that was counted" : "new one",
            things.last_new,
            executions
        );
    };
    std::string words = fmt::format(
        "{}{}; {}; {} to {} steps an execution",
        saturation.classes.count == 0 ? "" : seen(saturation.classes, "classes") + "; ",
        seen(saturation.orders, "lock orders"),
        seen(saturation.outcomes, "outcomes"),
        saturation.turns_least,
        saturation.turns_most
    );
    if (saturation.too_long != 0) {
        words += fmt::format(
            "; {} of them ({:.1f} %) did not end within the limit",
            saturation.too_long,
            100 * static_cast<double>(saturation.too_long) / static_cast<double>(executions)
        );
    }
    if (saturation.is_joined) {
        words += "; executions count part by part, as parts were joined";
    }
    return words;
}

Json json_of(const models::Saturation& saturation) {
    const auto seen = [](const models::Saturation::Seen& things) {
        Json json{{"count", things.count}, {"last_new", things.last_new}};
        if (things.has_more) {
            json["more"] = true;
        }
        return json;
    };
    Json json = Json::object();
    if (saturation.classes.count != 0) {
        json["classes"] = seen(saturation.classes);
    }
    json["lock_orders"] = seen(saturation.orders);
    json["outcomes"] = seen(saturation.outcomes);
    json["steps"] = {{"least", saturation.turns_least}, {"most", saturation.turns_most}};
    json["too_long"] = saturation.too_long;
    json["joined"] = saturation.is_joined;
    return json;
}

}  // namespace interlock::ci
