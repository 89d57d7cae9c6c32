// What sampling does to a model: bias, novelty, variety and rhetoric by setting, beside its training text.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compile/plan.h"
#include "corpus/words.h"
#include "report/report.h"
#include "run/sampling.h"
#include "study/antonyms.h"
#include "study/lexicon.h"
#include "study/statistics.h"

namespace quillet::study {

using namespace report;  // Report, Section, Chart and Table, by their short names

struct StudySettings {
    uint32_t lines = 100000;  // a setting
    uint32_t detail = 4000;   // of them, for what looks at every line
    uint32_t seed = 1;
    unsigned threads = 0;  // 0: the machine's
    std::vector<double> temperatures = {1, .9, .8, .7, .6, .5, .4, .3, .2, .1};
    std::vector<double> top_ps = {1, .95, .9, .8, .7, .6, .5};
    std::vector<double> top_ks = {0, 40, 20, 10, 5, 3, 2};  // 0: off
    std::vector<double> min_ps = {0, .02, .05, .1, .2, .3, .5};
    std::vector<std::string> watch;  // words whose share of lines is followed; none: the commonest
    int ngram_context = 5;
};

// What is studied. REQUIRES of what is pointed to: it outlives the study.
struct Subject {
    const Plan& plan;
    std::string name;                        // of the model
    std::vector<std::string> train = {};     // its training text, UTF-8 lines
    std::vector<std::string> held_out = {};  // human lines it never saw; may be empty
    const Plan* second = nullptr;            // a model that judges; none: a character n-gram
    std::string second_name = {};
    const Antonyms* antonyms = nullptr;
    std::vector<std::pair<std::string, WordList>> lists = {};  // words whose hits are counted
    Lexicon lexicon = {};                                      // words that are no inventions
};

// Says what is being done, for people who wait.
using Progress = std::function<void(const std::string& what)>;

// Throws Error for a training text without lines. The same subject and settings give the same
// report, whatever the number of threads.
Report study(const Subject& subject, const StudySettings& settings, const Progress& progress);

}  // namespace quillet::study
