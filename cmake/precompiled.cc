// A source for the targets that own a precompiled header: CMake wants one.
//
// SPDX-License-Identifier: MIT
