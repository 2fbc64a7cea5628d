#include "ci/command/suggest.hpp"

#include "models/scenario/yaml.hpp"

namespace interlock::ci {

std::string suggestion(std::string_view word, const std::vector<std::string_view>& names) {
    return models::yaml::suggestion_or_list(word, names);
}

}  // namespace interlock::ci
