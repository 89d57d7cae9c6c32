// Job files and answers, settings.
// SPDX-License-Identifier: MIT
#include "verify/jobs.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "verify/reference.h"
#include "verify/settings_grid.h"

namespace quillet {
namespace {

using nlohmann::json;

Jobs two_jobs() {
    Jobs jobs;
    jobs.texts.push_back({.start = 7u,
                          .count = 1,
                          .sampling = {528, 700, 3, 230},
                          .max_length = 9,
                          .prompt = {1, 2}});
    jobs.traces.push_back(
        {.start = RandomWords{1, 2, 3, 4}, .sampling = {}, .prompt = {}, .tokens = {5}});
    return jobs;
}

TEST(Jobs, FileHasTextsThenTraces) {
    json file = json::parse(job_file(two_jobs()));
    ASSERT_EQ(file["jobs"].size(), 2u);
    EXPECT_EQ(file["jobs"][0],
              json::parse(R"({"kind":"text","seed":7,"count":1,"sampling":[528,700,3,230],
        "max_length":9,"prompt":[1,2]})"));
    EXPECT_EQ(file["jobs"][1],
              json::parse(R"({"kind":"trace","random":[1,2,3,4],"sampling":[0,0,0,0],
        "prompt":[],"tokens":[5]})"));
}

TEST(Jobs, AnswersAreGathered) {
    Jobs jobs = two_jobs();
    Answers answers(jobs, "test");
    answers.take(R"({"job":0,"line":0,"tokens":[3,4],"random":[9,8,7,6]})");
    answers.take(R"({"job":0,"steps":5,"seconds":0.5})");
    answers.take(R"({"job":1,"random":[1,2,3,4]})");
    for (int step = 0; step < 2; step++)
        answers.take(R"({"job":1,"step":)" + std::to_string(step) +
                     R"(,"outputs":[{"type":1,"shape":[1,2],"data":"AACAPwAAAMA="}],)"
                     R"("logits":[1024,-2048],"drawn":0,"random":[5,6,7,8]})");
    Results results = answers.finish();
    EXPECT_EQ(results.texts[0].lines[0], (Line{{3, 4}, {9, 8, 7, 6}}));
    EXPECT_EQ(results.texts[0].steps, 5u);
    const TraceStep& step = results.traces[0].steps[1];
    EXPECT_EQ(step.outputs[0].values<float>(), (std::vector<float>{1, -2}));
    EXPECT_EQ(step.drawn, 0u);
    EXPECT_EQ(step.random, (RandomWords{5, 6, 7, 8}));
}

TEST(Jobs, BrokenAnswersAreErrors) {
    Jobs jobs = two_jobs();
    Answers answers(jobs, "test");
    for (const char* line :
         {"", "hello", "[]", R"({"job":5,"random":[1,2,3,4]})", R"({"job":0,"line":0})",
          R"({"job":1,"random":[1,2]})",
          R"({"job":1,"step":0,"outputs":[{"type":1,"shape":[3],"data":"AACAPw=="}],)"
          R"("logits":[],"drawn":null,"random":[1,2,3,4]})"})
        EXPECT_THROW(answers.take(line), Error) << line;
    EXPECT_THROW(answers.finish(), Error) << "lines are missing";
}

TEST(Settings, DefaultsAreTwelveWithEverything) {
    std::set<std::string> texts;
    for (const Setting& setting : default_settings()) texts.insert(text_of(setting));
    EXPECT_GE(texts.size(), 12u);
    for (const char* part :
         {"temperature=0", "temperature=0.3", "temperature=0.5", "temperature=0.7",
          "temperature=1.5", "min_p", "top_k", "top_p", "prompt=?"})
        EXPECT_TRUE(std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
            return text.find(part) != std::string::npos;
        })) << part;
}

TEST(Settings, AreReadAsTheyAreWritten) {
    for (const char* text : {"temperature=0.7", "temperature=0,prompt=ab",
                             "temperature=1.5,min_p=0.05,top_k=5,top_p=0.9,prompt=?"})
        EXPECT_EQ(text_of(setting_from(text)), text);
    for (const char* text : {"temperature", "temperature=warm", "top_q=1", "min_p=-1", "min_p=2",
                             "top_k=1.5", "temperature=nan"})
        EXPECT_THROW(setting_from(text), Error) << text;
}

TEST(Settings, JobsAddUpToTheLines) {
    Alphabet alphabet(U"ab\nc");
    std::vector<GridJob> jobs = jobs_of(default_settings(), alphabet, 20, 5, 30);
    std::map<size_t, uint32_t> lines;
    std::set<uint32_t> seeds;
    for (const GridJob& job : jobs) {
        lines[job.setting] += job.job.count;
        seeds.insert(std::get<uint32_t>(job.job.start));
        for (uint8_t token : job.job.prompt) EXPECT_TRUE(token < 4 && token != 2);
    }
    EXPECT_EQ(lines.size(), default_settings().size());
    for (auto [setting, count] : lines) EXPECT_EQ(count, 20u) << setting;
    EXPECT_EQ(seeds.size(), jobs.size());
    EXPECT_EQ(*seeds.begin(), 5u);
    EXPECT_THROW(jobs_of({setting_from("prompt=x")}, alphabet, 1, 1, 9), Error);
}

TEST(Tensors, ToleranceIsRelativeAboveOne) {
    auto one = [](float value) { return Tensor::of<float>(Type::float32, {1}, {value}); };
    EXPECT_FALSE(first_difference(one(0.5f), one(0.50005f), false, "h"));
    EXPECT_TRUE(first_difference(one(0.5f), one(0.50005f), true, "h"));
    EXPECT_TRUE(first_difference(one(0.5f), one(0.5002f), false, "h"));
    EXPECT_FALSE(first_difference(one(1000.f), one(1000.05f), false, "h"));
    EXPECT_TRUE(first_difference(one(0.f), one(NAN), false, "h"));
    EXPECT_TRUE(first_difference(one(0.f), one(-0.f), true, "h"));
    auto difference =
        first_difference(Tensor::of<int32_t>(Type::int32, {2}, {1, 2}),
                         Tensor::of<int64_t>(Type::int64, {1, 2}, {1, 3}), false, "h");
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->index, 1);
    EXPECT_EQ(difference->expected + difference->found, "23");
}

}  // namespace
}  // namespace quillet
