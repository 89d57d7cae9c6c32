// The one error that every function here throws. An installed Quillet has the definition itself in
// this file's place.
// SPDX-License-Identifier: MIT
#pragma once

#include "../../base/error.h"
