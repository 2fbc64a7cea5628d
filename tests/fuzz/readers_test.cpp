// The readers on their corpora, and on those with bytes changed, doubled and left out.
// INTERLOCK_FUZZ says how many changed texts a reader gets.
#include "tests/fuzz/readers.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace interlock::test {

// NOLINTNEXTLINE(readability-identifier-naming): the library's name for it.
inline void PrintTo(const FedReader& reader, std::ostream* out) {
    *out << reader.name;
}

namespace {

namespace fs = std::filesystem;

std::vector<std::string> texts_in(const fs::path& folder) {
    std::vector<std::string> texts;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            std::ifstream file(entry.path(), std::ios::binary);
            texts.emplace_back(
                std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()
            );
        }
    }
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::vector<std::string> corpus_of(const FedReader& reader) {
    fs::path const root = INTERLOCK_SOURCE_DIR;
    auto texts = texts_in(root / "tests/fuzz/corpus" / reader.name);
    if (reader.name == "scenario") {
        const auto shipped = texts_in(root / "models/scenarios");
        texts.insert(texts.end(), shipped.begin(), shipped.end());
    }
    return texts;
}

class Readers : public testing::TestWithParam<FedReader> {};

TEST_P(Readers, AnswerOrComplainOfEverythingInTheirCorpus) {
    const auto corpus = corpus_of(GetParam());
    EXPECT_GE(corpus.size(), 4U);
    for (const std::string& text : corpus) {
        EXPECT_NO_THROW(GetParam().feed(text)) << text;
    }
}

TEST_P(Readers, AnswerOrComplainOfTextsThatAreNearlyRight) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets any.
    const char* const wanted = std::getenv("INTERLOCK_FUZZ");
    const int times = wanted != nullptr ? std::atoi(wanted) : 2'000;
    const auto corpus = corpus_of(GetParam());
    std::mt19937_64 random(1);
    const auto below = [&](std::size_t count) {
        return random() % std::max<std::size_t>(1, count);
    };
    for (int i = 0; i < times; ++i) {
        std::string text = corpus[below(corpus.size())];
        for (std::size_t change = 0; change <= below(4); ++change) {
            const std::size_t at = below(text.size());
            const std::string& other = corpus[below(corpus.size())];
            switch (below(4)) {
                case 0:
                    text.erase(at, below(8));
                    break;
                case 1:
                    text.insert(at, text.substr(below(text.size()), below(40)));
                    break;
                case 2:
                    text.insert(at, other.substr(below(other.size()), below(40)));
                    break;
                default:
                    text.insert(at, 1, static_cast<char>(below(256)));
            }
        }
        ASSERT_NO_THROW(GetParam().feed(text)) << "text " << i << ":\n" << text;
    }
}

INSTANTIATE_TEST_SUITE_P(All, Readers, testing::ValuesIn(fed_readers), [](const auto& parameter) {
    return std::string(parameter.param.name);
});

}  // namespace
}  // namespace interlock::test
