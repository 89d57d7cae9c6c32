// Photographs made by program, for tests and pages: landscapes of hills, water, sky and snow, and plain grounds.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "picture/photograph.h"

namespace quillet::test {

// Of landscape(): a time of day and what lies in front.
struct Scene {
    const char* name;
    const char* description;  // as alt text would tell it
};

// "dawn", "loch", "night", "snow", "dusk" and "glen".
const std::vector<Scene>& scenes();

// Scene number `scene` of scenes(), the same for the same seed.
Photograph landscape(size_t scene, uint32_t seed, int width, int height);

// Ground number `number` of any number: noise of several grains, gradients, snow, night, stripes
// and checks, in turn with new colors.
Photograph ground(uint32_t number, int width, int height);

}  // namespace quillet::test
