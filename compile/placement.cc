// Where a plan's weights live on a chip: what start-up code copies to RAM within a budget.
// SPDX-License-Identifier: MIT
#include "compile/placement.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.h"
#include "compile/emit_c.h"
#include "compile/finish.h"

namespace quillet {
namespace {

bool is_product(const Step& step) {
    return std::string_view(step.kernel->name).starts_with("quillet_product_");
}

// Cuts the product's weights after as many whole strips as `bytes` hold: two buffers, two steps.
// False where not one fits.
bool cut(Plan& plan, size_t at, int64_t bytes) {
    const Step whole = plan.steps[at];
    const auto weights = std::get<BufferArgument>(whole.arguments[1]);
    const auto acc = std::get<BufferArgument>(whole.arguments[0]);
    const int64_t rows = std::get<IntegerArgument>(whole.arguments[3]).value;
    Buffer& buffer = plan.buffer(weights.buffer);
    const int64_t strips = buffer.tensor.shape[0], strip_rows = rows / strips;
    const int64_t strip_elements = buffer.tensor.element_count() / strips;
    const int64_t kept = bytes / (strip_elements * size_of(buffer.tensor.type));
    if (kept < 1 || kept >= strips) return false;
    Buffer rest = buffer;
    const size_t split = static_cast<size_t>(kept * strip_elements * size_of(buffer.tensor.type));
    rest.tensor.shape[0] = strips - kept;
    rest.tensor.bytes = buffer.tensor.bytes.substr(split);
    rest.name += ", the other rows";
    buffer.tensor.shape[0] = kept;
    buffer.tensor.bytes.resize(split);
    buffer.in_ram = true;
    const int64_t first_rows = kept * strip_rows, other_rows = rows - first_rows;
    plan.buffers.push_back(std::move(rest));
    Step first = whole, other = whole;
    first.arguments[0] = BufferArgument{acc.buffer, acc.offset, first_rows};
    first.arguments[1] = BufferArgument{weights.buffer, 0, kept * strip_elements};
    first.arguments[3] = IntegerArgument{first_rows};
    other.arguments[0] = BufferArgument{acc.buffer, acc.offset + first_rows, other_rows};
    other.arguments[1] = BufferArgument{static_cast<int>(plan.buffers.size()) - 1, 0,
                                        (strips - kept) * strip_elements};
    other.arguments[3] = IntegerArgument{other_rows};
    plan.steps[at] = std::move(first);
    plan.steps.insert(plan.steps.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(other));
    return true;
}

// The step that multiplies by `buffer`, in layouts whose first dimension is strips of rows; none where
// several do (residuals).
std::optional<size_t> cuttable(const Plan& plan, int buffer) {
    std::optional<size_t> found;
    for (size_t s = 0; s < plan.steps.size(); s++) {
        const Step& step = plan.steps[s];
        if (!is_product(step) || std::string_view(step.kernel->source) != "quillet_integer")
            continue;
        if (std::get<BufferArgument>(step.arguments[1]).buffer != buffer) continue;
        if (found) return std::nullopt;
        found = s;
    }
    return found;
}

}  // namespace

std::vector<WeightReading> readings_of(const Plan& plan, const Step& step) {
    const bool looks_up = std::string_view(step.kernel->name).starts_with("quillet_table_row");
    std::vector<WeightReading> readings;
    for (size_t i = 0; i < step.arguments.size(); i++) {
        const Argument& argument = step.arguments[i];
        const auto* view = std::get_if<BufferArgument>(&argument);
        const auto* row = std::get_if<RowArgument>(&argument);
        if (!view && !row) continue;
        const int index = view ? view->buffer : row->buffer;
        const Buffer& buffer = plan.buffer(index);
        if (buffer.storage != Storage::weight) continue;
        const int64_t size = size_of(buffer.tensor.type);
        // Arguments 1 and 2 of quillet_table_row are the table and its scales: a row and a word of
        // them.
        const bool one_row = row || (looks_up && (i == 1 || i == 2));
        const int64_t rows = buffer.tensor.shape.empty() ? 1 : buffer.tensor.shape[0];
        readings.push_back({index,
                            row       ? row->count * size
                            : one_row ? buffer.tensor.byte_count() / rows
                                      : view->count * size,
                            !one_row});
    }
    return readings;
}

int64_t fixed_ram(const Plan& plan, const TargetRow& target) {
    const Cost cost = cost_of(plan);
    return cost.states + cost.scratch + cost.logits + target.resident_code_bytes +
           target.stack_bytes;
}

int64_t whole_readings(const Plan& plan) {
    std::map<int, int64_t> bytes;
    for (const Step& step : plan.steps) {
        for (const WeightReading& reading : readings_of(plan, step)) {
            if (reading.whole)
                bytes[reading.buffer] = plan.buffer(reading.buffer).tensor.byte_count();
        }
    }
    int64_t sum = 0;
    for (const auto& [buffer, count] : bytes) sum += count;
    return sum;
}

void place_weights(Plan& plan, const TargetRow& target, int64_t ram_bytes) {
    int64_t left = ram_bytes - fixed_ram(plan, target);
    if (left < 0) {
        throw Error(plan.name, "needs " + std::to_string(fixed_ram(plan, target)) +
                                   " bytes of RAM beside weights; " + std::to_string(ram_bytes) +
                                   " were given");
    }
    std::vector<int> wanted;
    for (const Step& step : plan.steps) {
        for (const WeightReading& reading : readings_of(plan, step)) {
            if (reading.whole &&
                std::find(wanted.begin(), wanted.end(), reading.buffer) == wanted.end()) {
                wanted.push_back(reading.buffer);
            }
        }
    }
    std::stable_sort(wanted.begin(), wanted.end(), [&](int a, int b) {
        return plan.buffer(a).tensor.byte_count() < plan.buffer(b).tensor.byte_count();
    });
    for (int index : wanted) {
        const int64_t bytes = plan.buffer(index).tensor.byte_count();
        if (bytes <= left) {
            plan.buffer(index).in_ram = true;
            left -= bytes;
        } else if (const auto step = cuttable(plan, index)) {
            cut(plan, *step, left);
            break;
        }
    }
    finish(plan);
    check(plan);
}

}  // namespace quillet
