#include "ci/batch/examined.hpp"

#include "ci/report/text.hpp"

#include <utility>

namespace interlock::ci {

Examined examine(Checked checked) {
    Examined examined;
    examined.report = report_of(checked);
    examined.behaviour = behaviour_of(checked);
    examined.exit = checked.exit();
    if (!checked.is_expected) {
        examined.details = text_of(checked);
    }
    examined.loaded = std::move(checked.loaded);
    return examined;
}

}  // namespace interlock::ci
