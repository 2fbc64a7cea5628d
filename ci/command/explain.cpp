#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/command/suggest.hpp"
#include "ci/report/color.hpp"
#include "ci/report/properties.hpp"
#include "ci/report/words.hpp"

#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

std::string text_of(models::Property property) {
    const Explanation told = explanation_of(property);
    std::string text = fmt::format("{}\n{}\n", name_of(property), wrapped(told.meaning, 2));
    text += fmt::format("Mostly because of:\n{}\n", wrapped(told.cause, 2));
    text += fmt::format("What to do:\n{}", wrapped(told.remedy, 2));
    if (!told.example.empty()) {
        text += fmt::format("\nSee one:\n  {} reproduce {}\n", program_name(), told.example);
    }
    return text;
}

Exit explain(const std::string& name) {
    if (name.empty()) {
        for (std::size_t i = 0; i < models::property_names.size(); ++i) {
            const auto property = static_cast<models::Property>(i);
            print(fmt::format("{:<20} {}\n", name_of(property), about_of(property)));
        }
        return Exit::as_expected;
    }
    const auto property = models::property_named(name);
    if (!property) {
        return complain(fmt::format(
            "there is no property '{}'{}",
            name,
            suggestion(name, {models::property_names.begin(), models::property_names.end()})
        ));
    }
    print(text_of(*property));
    return Exit::as_expected;
}

}  // namespace

void add_explain(CLI::App& app, std::optional<Exit>& exit) {
    const auto name = std::make_shared<std::string>();
    CLI::App* const command = app.add_subcommand(
        "explain", "Say what a property means, what mostly violates it, and what to do"
    );
    command->add_option("property", *name, "Which; without one, all of them in a line each");
    command->callback([name, &exit] { exit = explain(*name); });
}

}  // namespace interlock::ci
