// A file that says how far a search has come. It is replaced as a whole, so that whoever is killed
// leaves the last one that was written.
#pragma once

#include "models/units/snapshot.hpp"

#include <optional>
#include <string>
#include <variant>

namespace interlock::ci {

// What the file at `path` says; nothing if there is no such file; or what is wrong with it, in one
// line.
std::variant<std::optional<models::Snapshot>, std::string> read_checkpoint(const std::string& path);

// Empty if `text` is in the file at `path` now, also after a power failure; else why not, in one
// line, and the file is as it was.
std::string write_checkpoint(const std::string& path, const std::string& text);

}  // namespace interlock::ci
