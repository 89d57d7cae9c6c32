/* Calls a project's app_main once.
 * SPDX-License-Identifier: MIT */
void app_main(void);

int main(void) {
    app_main();
    return 0;
}
