// The trainer learns, goes on bit for bit from a checkpoint, stops early, starts from a model.
// SPDX-License-Identifier: MIT
#include "train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/instructions.h"

namespace quillet::train {
namespace {

// Lines that count, of which the last are for validation.
Data counting(int lines, double fraction) {
    std::string text;
    for (int i = 0; i < lines; i++) {
        std::string number = std::to_string(i * 7919 % 1000);
        text += number + " = " + number + "\n";
    }
    Lines all = read_lines(text, "counting");
    std::vector<RareCharacter> rare;
    Data data;
    data.alphabet = choose_alphabet(all, Alphabet(), 1, "counting", rare);
    Lines validation = split_off(all, {fraction, false});
    data.training = encode(all, data.alphabet);
    data.validation = encode(validation, data.alphabet);
    return data;
}

Recipe small(const Data& data, int threads = 2) {
    Recipe recipe;
    recipe.hidden = 24;
    recipe.epochs = 4;
    recipe.batch = 8;
    recipe.sequence = 16;
    recipe.dropout = 0.1f;
    recipe.threads = threads;
    return completed(recipe, static_cast<int64_t>(data.training.values.size()));
}

std::vector<float> finished(Trainer& trainer) {
    while (!trainer.done()) trainer.step();
    return parameters_of(trainer.best());
}

TEST(Trainer, LearnsToCopyBothCellsAndTwoLayers) {
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        Data data = counting(600, 0.1);
        Recipe recipe = small(data);
        recipe.cell = cell;
        recipe.layers = cell == Cell::gru ? 1 : 2;
        recipe.hidden = 48;
        recipe.epochs = 25;
        recipe.dropout = 0;
        Trainer trainer(recipe, data, nullptr);
        finished(trainer);
        // The digits of a number are given away at random, 3 of 10 characters: about 1 bit each.
        EXPECT_LT(*trainer.progress().best_bpc, 1.6) << name_of(cell);
        EXPECT_GT(*trainer.history().front().validation_bpc, 1.8) << name_of(cell);
    }
}

TEST(Trainer, IsTheSameForASeedAndDiffersForAnother) {
    Data data = counting(200, 0.1);
    Recipe recipe = small(data);
    Trainer one(recipe, data, nullptr), two(recipe, data, nullptr);
    recipe.seed = 2;
    Trainer three(recipe, data, nullptr);
    std::vector<float> expected = finished(one);
    EXPECT_EQ(finished(two), expected);
    EXPECT_NE(finished(three), expected);
}

TEST(Trainer, GoesOnFromAnyCheckpointBitForBit) {
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        Data data = counting(200, 0.1);
        Recipe recipe = small(data);
        recipe.cell = cell;
        recipe.bits = cell == Cell::gru ? 4 : 0;
        recipe.averaging = cell == Cell::gru ? 0.98 : 0;
        recipe.recurrent_dropout = 0.2f;
        Trainer whole(recipe, data, nullptr);
        std::vector<std::string> checkpoints;
        while (!whole.done()) {
            checkpoints.push_back(whole.checkpoint());
            whole.step();
        }
        ASSERT_GT(checkpoints.size(), 40U);
        for (size_t at : {size_t{0}, size_t{5}, checkpoints.size() / 2, checkpoints.size() - 1}) {
            Trainer resumed(recipe, data, nullptr);
            resumed.restore_checkpoint(checkpoints[at], "checkpoint");
            finished(resumed);
            EXPECT_EQ(parameters_of(resumed.latest()), parameters_of(whole.latest())) << at;
            EXPECT_EQ(parameters_of(resumed.best()), parameters_of(whole.best())) << at;
            EXPECT_EQ(resumed.best().metadata, whole.best().metadata) << at;
        }
    }
}

TEST(Trainer, HasTheSameBitsForTheSameInstructionsAndRecordsThem) {
    Data data = counting(200, 0.1);
    std::vector<std::vector<float>> models;
    for (Instructions instructions : available_instructions()) {
        SCOPED_TRACE(name_of(instructions));
        Recipe recipe = small(data);
        recipe.instructions = instructions;
        Trainer one(recipe, data, nullptr), two(recipe, data, nullptr);
        models.push_back(finished(one));
        EXPECT_EQ(finished(two), models.back());
        const auto record = nlohmann::json::parse(one.best().metadata.at("quillet.training"));
        EXPECT_EQ(record.at("instructions"), name_of(instructions));
        // All learn the same but for rounding.
        for (size_t i = 0; i < models[0].size(); i++)
            ASSERT_NEAR(models.back()[i], models[0][i], 0.05) << i;
    }
}

TEST(Trainer, GoesOnByOtherInstructions) {
    Data data = counting(100, 0.1);
    Recipe recipe = small(data);
    Trainer begun(recipe, data, nullptr);
    begun.step();
    recipe.instructions = Instructions::plain;
    Trainer goes_on(recipe, data, nullptr);
    goes_on.restore_checkpoint(begun.checkpoint(), "c");
    EXPECT_EQ(parameters_of(goes_on.latest()), parameters_of(begun.latest()));
    goes_on.step();
    EXPECT_EQ(goes_on.recipe().instructions, Instructions::plain);
}

TEST(Recipe, RefusesInstructionsThatCannotRun) {
    const std::vector<Instructions> all = available_instructions();
    for (Instructions each : {Instructions::neon, Instructions::avx2, Instructions::avx512}) {
        Recipe recipe;
        recipe.instructions = each;
        if (std::find(all.begin(), all.end(), each) == all.end())
            EXPECT_THROW(completed(recipe, 100), Error) << name_of(each);
        else
            EXPECT_EQ(completed(recipe, 100).instructions, each);
    }
    EXPECT_EQ(completed({}, 100).instructions, all.front());
}

TEST(Trainer, RefusesCheckpointsThatDoNotFit) {
    Data data = counting(100, 0.1);
    Recipe recipe = small(data);
    Trainer trainer(recipe, data, nullptr);
    trainer.step();
    std::string checkpoint = trainer.checkpoint();
    auto told = [&](const Recipe& with, const Data& of, const std::string& bytes) {
        Trainer other(with, of, nullptr);
        try {
            other.restore_checkpoint(bytes, "c");
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("taken");
    };
    EXPECT_EQ(told(recipe, data, checkpoint), "taken");
    for (size_t length : {size_t{0}, size_t{10}, size_t{60}, size_t{400}, checkpoint.size() - 1})
        EXPECT_NE(told(recipe, data, checkpoint.substr(0, length)), "taken") << length;
    std::string flipped = checkpoint;
    flipped[flipped.size() / 2] ^= 1;
    EXPECT_NE(told(recipe, data, flipped).find("damaged"), std::string::npos);
    Recipe other = recipe;
    other.learning_rate *= 2;
    EXPECT_EQ(told(other, data, checkpoint), "was made by another recipe");
    EXPECT_NE(told(recipe, counting(101, 0.1), checkpoint).find("another text"), std::string::npos);
}

TEST(Trainer, StopsEarlyAndKeepsTheBest) {
    Data data = counting(60, 0.2);
    Recipe recipe = small(data);
    recipe.epochs = 400;
    recipe.dropout = 0;
    recipe.patience = 3;
    Trainer trainer(recipe, data, nullptr);
    finished(trainer);
    EXPECT_TRUE(trainer.stopped_early());
    EXPECT_LT(trainer.progress().epoch, 399);
    double best = 1e9;
    for (const Point& point : trainer.history()) best = std::min(best, *point.validation_bpc);
    EXPECT_EQ(*trainer.progress().best_bpc, best);
    EXPECT_EQ(trainer.best_point()->validation_bpc, best);
    EXPECT_LT(trainer.best_point()->epoch, trainer.history().back().epoch);
    EXPECT_NE(parameters_of(trainer.best()), parameters_of(trainer.latest()));
}

TEST(Trainer, ValidatesWhereTheCourseEndsInsideAnEpoch) {
    Data data = counting(600, 0.1);
    for (double epochs : {0.3, 1.5}) {
        Recipe recipe = small(data);
        recipe.epochs = epochs;
        Trainer trainer(recipe, data, nullptr);
        finished(trainer);
        EXPECT_EQ(trainer.history().back().epoch, trainer.progress().epoch);
        EXPECT_TRUE(trainer.history().back().validation_bpc.has_value());
        EXPECT_TRUE(trainer.progress().best_bpc.has_value());
    }
}

TEST(Trainer, StartsFromAModelWithAWiderAlphabet) {
    Data data = counting(300, 0.1);
    Recipe recipe = small(data);
    recipe.epochs = 10;
    Trainer first(recipe, data, nullptr);
    finished(first);
    RecurrentModel wider =
        with_alphabet(first.best(), Alphabet(data.alphabet.characters() + U"xy"));
    data.alphabet = wider.alphabet;
    Trainer tuned(recipe, data, &wider);
    EXPECT_EQ(parameters_of(tuned.latest()), parameters_of(wider));
    for (int i = 0; i < 5; i++) tuned.step();
    EXPECT_LT(tuned.progress().training_bpc, *first.progress().best_bpc + 0.4);
}

TEST(Trainer, TakesOneLineWithoutValidation) {
    for (const char* text : {"a", "to be or not to be"}) {
        Lines lines = read_lines(text, "t");
        std::vector<RareCharacter> rare;
        Data data;
        data.alphabet = choose_alphabet(lines, Alphabet(), 0, "t", rare);
        data.training = encode(lines, data.alphabet);
        data.validation = encode(Lines{}, data.alphabet);
        Recipe recipe;
        recipe.hidden = 16;
        recipe.epochs = 60;
        Trainer trainer(completed(recipe, 19), data, nullptr);
        finished(trainer);
        EXPECT_LT(trainer.progress().training_bpc, 1) << text;
        EXPECT_FALSE(trainer.progress().best_bpc);
        EXPECT_EQ(trainer.best_point(), &trainer.history().back());
    }
}

TEST(Recipe, IsCheckedAndComesBackFromJson) {
    Recipe recipe;
    recipe.dropout = 0.37f;
    recipe.cell = Cell::lstm;
    recipe.seed = 0xFFFFFFFFFFFFFFFF;
    EXPECT_EQ(recipe_from(nlohmann::ordered_json::parse(to_json(recipe).dump())), recipe);
    recipe.hidden = 0;
    EXPECT_THROW(completed(recipe, 100), Error);
    recipe = {};
    EXPECT_EQ(completed(recipe, 100).epochs, 30);
    recipe.minutes = 5;
    EXPECT_EQ(completed(recipe, 100).epochs, 0);
}

TEST(Recipe, OfFineTuningKeepsWhatIsGiven) {
    Recipe recipe;
    recipe.hidden = 800;
    recipe.dropout = 0.05f;
    const Recipe tuned = fine_tuning_recipe(recipe, {"dropout", "patience", "seed"});
    EXPECT_EQ(tuned.dropout, 0.05f);
    EXPECT_EQ(tuned.patience, 0);
    EXPECT_NEAR(tuned.learning_rate, 0.001, 2e-5);  // less than half of a training from scratch
    EXPECT_NEAR(completed(recipe, 1000).learning_rate, 0.00225, 1e-9);
    EXPECT_EQ(tuned.recurrent_dropout, 0.2f);
    EXPECT_EQ(tuned.averaging, 0.99);
    EXPECT_EQ(tuned.weight_decay, 0.1);
    EXPECT_EQ(fine_tuning_recipe(recipe, {}).patience, 8);
}

TEST(Recipe, TellsForWhichBitsAModelWasTrained) {
    Data data = counting(100, 0.1);
    Recipe recipe = small(data);
    recipe.bits = 4;
    recipe.table_bits = 4;
    RecurrentModel model = Trainer(recipe, data, nullptr).best();
    const auto widths_of = [&](const Widths& given) {
        const Widths widths = completed_widths(given, model);
        return std::vector<int>{widths.recurrent, widths.table, widths.output};
    };
    EXPECT_EQ(widths_of({0, 0, 0}), (std::vector<int>{4, 4, 8}));
    EXPECT_EQ(widths_of({2, 8, 4}), (std::vector<int>{2, 8, 4}));
    for (const char* record : {"", "{", "[]", "{\"bits\": 4}", "{\"cell\": 7, \"bits\": 4}"}) {
        model.metadata[key::kTraining] = record;
        EXPECT_EQ(widths_of({0, 0, 0}), (std::vector<int>{8, 8, 8})) << record;
    }
    nlohmann::ordered_json odd = to_json(recipe);
    odd["bits"] = 3;
    odd["table_bits"] = -4;
    model.metadata[key::kTraining] = odd.dump();
    EXPECT_EQ(widths_of({0, 0, 0}), (std::vector<int>{8, 8, 8}));
    model.metadata.erase(key::kTraining);
    EXPECT_EQ(widths_of({0, 4, 0}), (std::vector<int>{8, 4, 8}));
}

TEST(LearningRate, RisesThenFallsToNothing) {
    EXPECT_DOUBLE_EQ(learning_rate_at(0.05, 0.1), 0.5);
    EXPECT_DOUBLE_EQ(learning_rate_at(0.1, 0.1), 1);
    EXPECT_NEAR(learning_rate_at(0.55, 0.1), 0.5, 1e-12);
    EXPECT_NEAR(learning_rate_at(2, 0.1), 0, 1e-12);
}

TEST(Streams, CoverEveryCharacterOnceAndBeginAtLineStarts) {
    Data data = counting(97, 0);
    Streams streams(data.training, data.alphabet.line_token(), 7, 16, 5);
    Batch batch(0, 0);
    int64_t counted = 0;
    std::vector<int64_t> seen(256), expected(256);
    for (uint8_t token : data.training.values) expected[token]++;
    for (int window = 0; window < streams.windows(); window++) {
        streams.fill(window, batch);
        counted += batch.count();
        for (size_t i = 0; window == 0 && i < 7; i++)
            EXPECT_EQ(batch.tokens[i], data.alphabet.line_token());
        for (size_t i = 0; i < batch.targets.size(); i++)
            seen[batch.targets[i]] += batch.counted[i];
    }
    EXPECT_EQ(counted, static_cast<int64_t>(data.training.values.size()));
    EXPECT_EQ(seen, expected);
}

TEST(Streams, CutALineThatIsLongerThanAStream) {
    Lines lines = read_lines(std::string(1000, 'a'), "t");
    Alphabet alphabet(U"\na");
    Streams streams(encode(lines, alphabet), 0, 8, 32);
    Batch batch(0, 0);
    int64_t counted = 0;
    for (int window = 0; window < streams.windows(); window++) {
        streams.fill(window, batch);
        counted += batch.count();
    }
    EXPECT_EQ(counted, 1001);
    EXPECT_LE(streams.windows() * streams.steps(), 2 * 1001 / 8);
}

}  // namespace
}  // namespace quillet::train
