#include "models/scenario/document.hpp"

#include "models/scenario/yaml.hpp"

#include <sstream>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

namespace interlock::models::yaml {

namespace {

Place place_of(const YAML::Mark& mark) {
    if (mark.is_null()) {
        return {};
    }
    return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

// Looks through documents without keeping them.
class Look : public YAML::EventHandler {
  public:
    [[nodiscard]] Place begin() const { return begin_; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        begin_ = place_of(mark);
        values_ = 0;
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { count(mark); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { count(mark); }
    void OnScalar(
        const YAML::Mark& mark,
        const std::string& /*tag*/,
        YAML::anchor_t /*anchor*/,
        const std::string& /*value*/
    ) override {
        count(mark);
    }
    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& /*tag*/,
        YAML::anchor_t /*anchor*/,
        YAML::EmitterStyle::value /*style*/
    ) override {
        count(mark);
    }
    void OnSequenceEnd() override {}
    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& /*tag*/,
        YAML::anchor_t /*anchor*/,
        YAML::EmitterStyle::value /*style*/
    ) override {
        count(mark);
    }
    void OnMapEnd() override {}

  private:
    void count(const YAML::Mark& mark) {
        if (++values_ > values_max) {
            fail(
                place_of(mark),
                "there is more than a scenario can need: " + std::to_string(values_max) +
                    " values end here"
            );
        }
    }

    Place begin_;
    std::size_t values_ = 0;
};

}  // namespace

// Not by YAML::LoadAll: of text like "," it makes one empty document after another, for ever.
YAML::Node only_document(const std::string& text) {
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        Look look;
        if (!parser.HandleNextDocument(look)) {
            return {};
        }
        const Place first = look.begin();
        if (parser.HandleNextDocument(look)) {
            const Place second = look.begin();
            if (second.line == first.line && second.column == first.column) {
                fail(second, "this is not YAML: nothing can begin like this");
            }
            fail(second, "a second document starts here; one file, one scenario");
        }
        return YAML::Load(text);
    } catch (const YAML::DeepRecursion& error) {
        fail(place_of(error.mark), "this is not YAML that can be read: it nests too deeply");
    } catch (const YAML::Exception& error) {
        fail(place_of(error.mark), "this is not YAML: " + error.msg);
    }
}

}  // namespace interlock::models::yaml
