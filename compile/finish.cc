// The last passes over a plan: copies avoided, scratch placed by lifetimes, identifiers given.
// SPDX-License-Identifier: MIT
#include "compile/finish.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.h"

namespace quillet {
namespace {

bool is_copy(const Step& step) {
    return std::string_view(step.kernel->name).substr(0, 13) == "quillet_copy_";
}

bool overlap(const BufferArgument& a, const BufferArgument& b) {
    return a.buffer == b.buffer && a.offset < b.offset + b.count && b.offset < a.offset + a.count;
}

bool same(const BufferArgument& a, const BufferArgument& b) {
    return a.buffer == b.buffer && a.offset == b.offset && a.count == b.count;
}

bool writes(const Step& step, size_t argument) {
    return step.kernel->parameters[argument].access == KernelRow::Access::writes;
}

/// copies ///

// A copy at step `at` of the whole scratch buffer `source` to `target`.
struct Copy {
    size_t at;
    BufferArgument target;
    int source;
};

std::optional<Copy> copy_of_scratch(const Plan& plan, size_t at) {
    const Step& step = plan.steps[at];
    if (!is_copy(step)) return std::nullopt;
    auto* target = std::get_if<BufferArgument>(&step.arguments[0]);
    auto* source = std::get_if<BufferArgument>(&step.arguments[1]);
    if (!target || !source || target->buffer == source->buffer) return std::nullopt;
    const Buffer& from = plan.buffer(source->buffer);
    bool whole = source->offset == 0 && source->count == from.tensor.element_count();
    if (from.storage != Storage::scratch || !whole) return std::nullopt;
    return Copy{at, *target, source->buffer};
}

// Whether step `s` copies a part of the target into the same part of the source, which nothing
// wrote before: with the source living in the target, it does nothing.
bool loads_source(const Plan& plan, const Copy& copy, size_t s) {
    if (!is_copy(plan.steps[s])) return false;
    auto* to = std::get_if<BufferArgument>(&plan.steps[s].arguments[0]);
    auto* from = std::get_if<BufferArgument>(&plan.steps[s].arguments[1]);
    if (!to || !from || to->buffer != copy.source || from->buffer != copy.target.buffer ||
        from->offset != copy.target.offset + to->offset)
        return false;
    for (size_t before = 0; before < s; before++)
        for (size_t a = 0; a < plan.steps[before].arguments.size(); a++)
            if (auto* view = std::get_if<BufferArgument>(&plan.steps[before].arguments[a]))
                if (writes(plan.steps[before], a) && overlap(*view, *to)) return false;
    return true;
}

// Whether `copy`'s source may live in its target from the start: from the source's first use to the
// copy no step touches the target, save to load the source from it, and afterwards none writes it
// and none reads both.
bool can_forward(const Plan& plan, const Copy& copy) {
    bool begun = false;
    for (size_t s = 0; s < plan.steps.size(); s++) {
        const Step& step = plan.steps[s];
        bool uses_source = false, touches_target = false, writes_target = false;
        for (size_t a = 0; a < step.arguments.size(); a++) {
            auto* view = std::get_if<BufferArgument>(&step.arguments[a]);
            if (!view) continue;
            uses_source |= view->buffer == copy.source;
            touches_target |= overlap(*view, copy.target);
            writes_target |= overlap(*view, copy.target) && writes(step, a);
        }
        begun |= uses_source;
        if (s == copy.at || !begun) continue;
        if (s < copy.at && touches_target && !loads_source(plan, copy, s)) return false;
        if (s > copy.at && (writes_target || (uses_source && touches_target))) return false;
    }
    return true;
}

void forward(Plan& plan, const Copy& copy) {
    for (Step& step : plan.steps)
        for (Argument& argument : step.arguments)
            if (auto* view = std::get_if<BufferArgument>(&argument))
                if (view->buffer == copy.source)
                    *view = {copy.target.buffer, copy.target.offset + view->offset, view->count};
    bool whole = copy.target.offset == 0 &&
                 copy.target.count == plan.buffer(copy.target.buffer).tensor.element_count();
    for (PlanOutput& output : plan.outputs)
        if (output.buffer == copy.source && whole) output.buffer = copy.target.buffer;
}

bool is_output(const Plan& plan, int buffer) {
    return std::any_of(plan.outputs.begin(), plan.outputs.end(),
                       [&](const PlanOutput& output) { return output.buffer == buffer; });
}

void forward_copies(Plan& plan) {
    for (size_t at = 0; at < plan.steps.size(); at++) {
        std::optional<Copy> copy = copy_of_scratch(plan, at);
        if (copy && !is_output(plan, copy->source) && can_forward(plan, *copy))
            forward(plan, *copy);
    }
    std::erase_if(plan.steps, [](const Step& step) {
        if (!is_copy(step)) return false;
        auto* target = std::get_if<BufferArgument>(&step.arguments[0]);
        auto* source = std::get_if<BufferArgument>(&step.arguments[1]);
        return target && source && same(*target, *source);
    });
}

/// buffers ///

// Calls visit(int&) for each buffer index that steps and outputs hold.
template <class Visit>
void each_buffer_index(Plan& plan, Visit visit) {
    for (Step& step : plan.steps) {
        for (Argument& argument : step.arguments) {
            if (auto* view = std::get_if<BufferArgument>(&argument)) visit(view->buffer);
            if (auto* row = std::get_if<RowArgument>(&argument)) visit(row->buffer);
        }
    }
    for (PlanOutput& output : plan.outputs)
        if (output.buffer != kLogitsBuffer) visit(output.buffer);
    for (int& input : plan.inputs) visit(input);
}

void drop_unused(Plan& plan) {
    std::set<int> used;
    each_buffer_index(plan, [&](int& index) { used.insert(index); });
    std::vector<Buffer> kept;
    std::vector<int> moved(plan.buffers.size());
    for (int index : used) {
        moved[static_cast<size_t>(index)] = static_cast<int>(kept.size());
        kept.push_back(std::move(plan.buffer(index)));
    }
    plan.buffers = std::move(kept);
    each_buffer_index(plan, [&](int& index) { index = moved[static_cast<size_t>(index)]; });
}

struct Lifetime {
    size_t first = SIZE_MAX, last = 0;  // steps
};

std::vector<Lifetime> lifetimes(Plan& plan) {
    std::vector<Lifetime> lives(plan.buffers.size());
    for (size_t s = 0; s < plan.steps.size(); s++) {
        for (const Argument& argument : plan.steps[s].arguments) {
            auto* view = std::get_if<BufferArgument>(&argument);
            if (!view) continue;
            Lifetime& life = lives[static_cast<size_t>(view->buffer)];
            life.first = std::min(life.first, s);
            life.last = std::max(life.last, s);
        }
    }
    for (const PlanOutput& output : plan.outputs)
        if (output.buffer != kLogitsBuffer)
            lives[static_cast<size_t>(output.buffer)].last = plan.steps.size();
    return lives;
}

// Whether step `s` may write `to` where it reads `from`: a kernel that reads each element before it
// writes that of the same place (quillet_kernels_f32.h), and both buffers whole.
bool in_place(const Plan& plan, size_t s, size_t from, size_t to) {
    static const std::set<std::string_view> elementwise = {
        "quillet_add_f32",      "quillet_subtract_f32", "quillet_multiply_f32",
        "quillet_divide_f32",   "quillet_relu_f32",     "quillet_sigmoid_each_f32",
        "quillet_tanh_each_f32"};
    const Step& step = plan.steps[s];
    const bool affine = std::string_view(step.kernel->name) == "quillet_affine_f32";
    if (!plan.is_network() || (!affine && !elementwise.count(step.kernel->name))) return false;
    for (size_t a = 0; a < step.arguments.size(); a++) {
        auto* view = std::get_if<BufferArgument>(&step.arguments[a]);
        if (!view) continue;
        const size_t buffer = static_cast<size_t>(view->buffer);
        if (buffer != from && buffer != to) continue;
        const bool written = a == 0, may_be_read = affine ? a == 2 : a > 0;
        const bool whole = view->offset == 0 &&
                           view->count == plan.buffers[buffer].tensor.element_count() &&
                           view->count == plan.buffers[to].tensor.element_count();
        if (!whole || (buffer == to ? !written : !may_be_read)) return false;
    }
    return true;
}

// Where buffer `i` of `size` elements may begin.
struct Room {
    int64_t size;
    std::vector<std::pair<int64_t, int64_t>> taken;  // by buffers that live at the same time
    std::vector<int64_t>
        shared;  // begins of those it may lie on, element on element, or apart from

    bool fits(int64_t place) const {
        for (auto [begin, end] : taken)
            if (begin < place + size && place < end) return false;
        for (int64_t begin : shared)
            if (begin != place && begin < place + size && place < begin + size) return false;
        return true;
    }
    int64_t lowest() const {
        std::vector<int64_t> places = {0};
        for (auto [begin, end] : taken) places.push_back(end);
        for (int64_t begin : shared) {
            places.push_back(begin);
            places.push_back(begin + size);
        }
        std::sort(places.begin(), places.end());
        return *std::find_if(places.begin(), places.end(), [&](int64_t p) { return fits(p); });
    }
};

// The largest first, each at the lowest place where no buffer of its type lives at the same time,
// but for one that a step may write where it reads the other.
void place_scratch(Plan& plan) {
    std::vector<Lifetime> lives = lifetimes(plan);
    std::vector<size_t> order, placed;
    for (size_t i = 0; i < plan.buffers.size(); i++)
        if (plan.buffers[i].storage == Storage::scratch) order.push_back(i);
    auto size = [&](size_t i) { return plan.buffers[i].tensor.element_count(); };
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return size(a) > size(b); });
    for (size_t i : order) {
        Room room{size(i), {}, {}};
        for (size_t j : placed) {
            if (plan.buffers[j].tensor.type != plan.buffers[i].tensor.type ||
                lives[i].first > lives[j].last || lives[j].first > lives[i].last)
                continue;
            const int64_t begin = plan.buffers[j].place;
            if ((lives[i].last == lives[j].first && in_place(plan, lives[i].last, i, j)) ||
                (lives[j].last == lives[i].first && in_place(plan, lives[j].last, j, i)))
                room.shared.push_back(begin);  // of the same size, says in_place
            else
                room.taken.emplace_back(begin, begin + size(j));
        }
        plan.buffers[i].place = room.lowest();
        placed.push_back(i);
    }
}

void name_buffers(Plan& plan) {
    // Members that the state's struct has besides.
    std::set<std::string> taken = {"unused", "weights_file"};
    for (const Buffer& buffer : plan.buffers)
        taken.insert("scratch_" + name_of(buffer.tensor.type));
    for (Buffer& buffer : plan.buffers) {
        std::string base = identifier_of(buffer.name), name = base;
        for (int n = 2; !taken.insert(name).second; n++) name = base + "_" + std::to_string(n);
        buffer.identifier = name;
    }
}

/// check ///

// The elements that an argument of a step touches, as a view of its buffer; nullopt for one without
// a buffer.
std::optional<BufferArgument> extent(const Plan& plan, const Argument& argument) {
    if (auto* view = std::get_if<BufferArgument>(&argument)) return *view;
    if (auto* row = std::get_if<RowArgument>(&argument))
        return BufferArgument{row->buffer, row->offset,
                              row->width * (plan.alphabet.size() - 1) + row->count};
    return std::nullopt;
}

// Whether two buffers of scratch share memory, but not element for element.
bool overlap_shifted(const Plan& plan, const BufferArgument& a, const BufferArgument& b) {
    const Buffer &first = plan.buffers.at(static_cast<size_t>(a.buffer)),
                 &second = plan.buffers.at(static_cast<size_t>(b.buffer));
    if (a.buffer == b.buffer || first.storage != Storage::scratch ||
        second.storage != Storage::scratch || first.tensor.type != second.tensor.type)
        return false;
    const int64_t at = first.place + a.offset, beside = second.place + b.offset;
    const bool same = at == beside && a.count == b.count;
    return !same && at < beside + b.count && beside < at + a.count;
}

void check_argument(const Plan& plan, const Step& step, size_t place, const std::string& where) {
    const KernelRow::Parameter& parameter = step.kernel->parameters[place];
    const Argument& argument = step.arguments[place];
    std::string what = "argument " + std::to_string(place);
    bool number = std::holds_alternative<IntegerArgument>(argument) ||
                  std::holds_alternative<TokenArgument>(argument);
    if (number != (parameter.access == KernelRow::Access::number))
        throw Error(where, what + " is of another kind than the kernel's parameter");
    std::optional<BufferArgument> view = extent(plan, argument);
    if (!view) return;
    const Buffer& buffer = plan.buffers.at(static_cast<size_t>(view->buffer));
    if (buffer.tensor.type != parameter.type && parameter.type != KernelRow::kAnyType)
        throw Error(where, what + " is " + name_of(buffer.tensor.type) + "; the kernel takes " +
                               name_of(parameter.type));
    if (view->offset < 0 || view->count < 0 ||
        view->offset + view->count > buffer.tensor.element_count())
        throw Error(where, what + " reaches outside " + buffer.name);
    if (parameter.access != KernelRow::Access::writes) return;
    if (buffer.storage == Storage::weight || buffer.storage == Storage::input)
        throw Error(where, what + " writes a weight or an input");
    for (size_t other = 0; other < step.arguments.size(); other++) {
        std::optional<BufferArgument> beside = extent(plan, step.arguments[other]);
        if (other == place || !beside) continue;
        if (overlap(*view, *beside) || overlap_shifted(plan, *view, *beside))
            throw Error(where, what + " overlaps argument " + std::to_string(other));
    }
}

}  // namespace

void finish(Plan& plan) {
    forward_copies(plan);
    drop_unused(plan);
    place_scratch(plan);
    name_buffers(plan);
}

void check(const Plan& plan) {
    for (const Step& step : plan.steps) {
        std::string where = "plan " + plan.name + ": " + step.kernel->name;
        if (step.arguments.size() != step.kernel->parameters.size())
            throw Error(where, "has " + std::to_string(step.arguments.size()) +
                                   " arguments; expected " +
                                   std::to_string(step.kernel->parameters.size()));
        for (size_t a = 0; a < step.arguments.size(); a++) check_argument(plan, step, a, where);
    }
}

}  // namespace quillet
