// The table of cells: a row says all that the layers above need to know of a recurrent cell.
// SPDX-License-Identifier: MIT
#include "cells/cell.h"

namespace quillet {

std::span<const CellRow> cell_table() {
#define QUILLET_ROW(name) name##_row(),
    static const std::vector<CellRow> table = {QUILLET_CELL_LIST(QUILLET_ROW)};
#undef QUILLET_ROW
    return table;
}

const CellRow& row_of(Cell cell) {
    return cell_table()[static_cast<size_t>(cell)];
}

const CellRow* find_cell(std::string_view name) {
    for (const CellRow& row : cell_table())
        if (row.name == name) return &row;
    return nullptr;
}

std::vector<std::string> cell_names() {
    std::vector<std::string> names;
    for (const CellRow& row : cell_table()) names.push_back(row.name);
    return names;
}

}  // namespace quillet
