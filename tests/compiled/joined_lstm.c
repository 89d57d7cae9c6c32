/* The model joined_lstm: weights, alphabet and one step.
 * Written by quillet 0: quillet compile joined_lstm.onnx
 * From a test. */
#include "joined_lstm.h"

#include <string.h>

#include "runtime/quillet_kernels_f32.h"

/* lstm0.R, 24 x 6 */
/* clang-format off */
static const float joined_lstm_weights_lstm0_r[144] = {
    -0x1.71618cp-2f, -0x1.56ad64p-2f, 0x1.00d4ep-2f, 0x1.fa8fbp-4f, -0x1.d7301p-3f, 0x1.dbff04p-2f, -0x1.8a800cp-2f, 0x1.41157p-4f,
    0x1.9d0f84p-2f, 0x1.dfd35p-4f, 0x1.8b3464p-2f, 0x1.f9487p-4f, 0x1.86f4fp-3f, -0x1.7392bp-2f, -0x1.bc6a74p-2f, 0x1.b12d58p-2f,
    -0x1.eba48cp-2f, -0x1.03e14p-2f, 0x1.b0b7ap-5f, -0x1.c43b6p-3f, 0x1.f3f5ap-5f, -0x1.116f34p-2f, 0x1.74445p-2f, -0x1.744518p-2f,
    0x1.918c1p-2f, 0x1.37e878p-3f, 0x1.1a4ap-3f, 0x1.2e9738p-3f, -0x1.25d2b8p-3f, -0x1.f40dp-2f, 0x1.25d698p-2f, 0x1.c470e4p-2f,
    0x1.161cfcp-2f, -0x1.63666p-2f, 0x1.ac1e78p-3f, -0x1.0b1e8p-5f, 0x1.a4742p-5f, 0x1.f12ea8p-3f, -0x1.141bc8p-2f, -0x1.cd8334p-2f,
    -0x1.a8b37p-4f, -0x1.9769ep-2f, 0x1.dee454p-2f, -0x1.a23f08p-2f, -0x1.0ea838p-3f, 0x1.bd37c8p-3f, 0x1.01eafcp-2f, -0x1.1ad1d8p-3f,
    0x1.3ac4c8p-2f, 0x1.b5c4ccp-2f, 0x1.ced808p-3f, 0x1.00f70cp-2f, 0x1.95633p-2f, 0x1.4eba68p-3f, 0x1.cc46e8p-2f, -0x1.78459p-4f,
    0x1.2dca8p-4f, -0x1.6308p-3f, -0x1.244fc8p-3f, -0x1.efcc9p-2f, 0x1.fd423p-2f, 0x1.bafa4cp-2f, 0x1.059818p-2f, 0x1.b133ep-3f,
    -0x1.e528f4p-2f, 0x1.70ab28p-2f, 0x1.5e3d58p-2f, 0x1.5f451p-4f, -0x1.ece7bcp-2f, 0x1.3a79c8p-2f, 0x1.fa1ae8p-3f, -0x1.c2a4fp-2f,
    -0x1.f56a2p-4f, -0x1.1c233p-3f, -0x1.7ea75p-2f, -0x1.2b22p-3f, 0x1.02dafp-2f, -0x1.efb4p-10f, -0x1.be6524p-2f, -0x1.ec537p-4f,
    -0x1.96d05p-3f, 0x1.4215ap-4f, -0x1.e1058p-6f, -0x1.d916p-3f, -0x1.b83c9p-2f, -0x1.3b6fep-2f, 0x1.0e41p-7f, 0x1.35084p-6f,
    -0x1.920ed8p-2f, -0x1.b0b4b8p-3f, -0x1.c600c8p-3f, 0x1.1efe3p-4f, 0x1.4081cp-2f, 0x1.cea2ap-4f, -0x1.27aep-4f, -0x1.62fb4p-2f,
    -0x1.a31dap-4f, -0x1.37c69p-3f, 0x1.888164p-2f, -0x1.3574dp-3f, -0x1.2689ep-4f, 0x1.f2773p-4f, -0x1.9a51ep-5f, -0x1.0d48dp-2f,
    -0x1.fd0f9p-2f, 0x1.bb51cp-6f, 0x1.a25708p-2f, 0x1.b7be64p-2f, -0x1.4f85fcp-2f, 0x1.93156p-3f, 0x1.03f81cp-2f, -0x1.80bf2p-2f,
    -0x1.e303ap-2f, 0x1.3e1aap-5f, -0x1.80d8b8p-2f, 0x1.e0ddb4p-2f, 0x1.33d90cp-2f, -0x1.cb52bp-4f, 0x1.ccb84p-5f, -0x1.83be8cp-2f,
    0x1.3ac66p-5f, 0x1.22d9dp-4f, 0x1.8589f8p-3f, 0x1.0d8cf4p-2f, 0x1.867e78p-2f, -0x1.b46fep-2f, -0x1.28531p-3f, 0x1.0d3ae8p-2f,
    0x1.1748ecp-2f, -0x1.f6c69cp-2f, 0x1.0ef158p-2f, 0x1.53a738p-2f, -0x1.c2f84p-6f, -0x1.245c4p-5f, -0x1.2a6d14p-2f, -0x1.4f9644p-2f,
    0x1.41768p-7f, -0x1.12adecp-2f, -0x1.10c544p-2f, -0x1.502c5p-4f, -0x1.ae925p-3f, -0x1.2b60ap-4f, -0x1.25588p-4f, 0x1.bfaedp-2f,
};
/* clang-format on */

/* lstm0.table, 12 x 24 */
/* clang-format off */
static const float joined_lstm_weights_lstm0_table[288] = {
    -0x1.85952cp-2f, 0x1.b5184cp-1f, -0x1.621c2ap-2f, 0x1.28825ap-2f, -0x1.3bf8c4p-7f, -0x1.4c9aacp-1f, 0x1.713384p-1f, -0x1.394166p-2f,
    -0x1.8c888cp-3f, -0x1.cad62ap-4f, -0x1.6532ecp-1f, -0x1.8b07fp-1f, -0x1.19d1fep-1f, 0x1.5096bcp-2f, 0x1.c5708cp-1f, 0x1.d01272p-3f,
    -0x1.adf146p-4f, -0x1.511686p-3f, -0x1.1b0a84p-1f, -0x1.2ef04ap-2f, -0x1.64e622p-1f, -0x1.bdf558p-1f, 0x1.27858p-3f, -0x1.1edf38p-3f,
    -0x1.feccb8p-1f, 0x1.d5eecp-1f, 0x1.cd629p-6f, 0x1.ae9d0ep-2f, -0x1.434678p-3f, -0x1.f94faep-2f, 0x1.017962p-2f, 0x1.a0a364p-3f,
    -0x1.4eee08p-1f, -0x1.cf1c48p-4f, -0x1.2242a8p-3f, -0x1.e9530cp-2f, 0x1.9a0c9ep-6f, 0x1.b01382p-1f, 0x1.77b184p-1f, 0x1.64316p-2f,
    -0x1.d1df9p-5f, -0x1.8718a8p-4f, -0x1.66a996p-2f, -0x1.5441c4p-2f, -0x1.921f3p-1f, -0x1.39f45p-1f, 0x1.6d6e38p-2f, -0x1.90a5c6p-3f,
    -0x1.2f28b4p+0f, 0x1.2047e2p+0f, -0x1.fff898p-3f, 0x1.23a86p-2f, 0x1.3349c2p-4f, -0x1.de9b3ep-3f, 0x1.2acd4ap-2f, -0x1.6e9188p-5f,
    -0x1.fbbe9ap-2f, -0x1.6bd674p-5f, -0x1.bb63eep-3f, -0x1.528a6ep-1f, 0x1.fe65cap-7f, 0x1.c2526cp-2f, 0x1.cff5eap-1f, 0x1.a3a312p-2f,
    -0x1.e0605ap-3f, 0x1.8654ecp-7f, -0x1.50e2eap-1f, -0x1.3e6cfcp-2f, -0x1.1cda6ap-1f, -0x1.9d5a9ap-1f, 0x1.f4f45ep-4f, -0x1.93125cp-6f,
    -0x1.d922cp-1f, 0x1.f6496ap-1f, -0x1.803936p-3f, 0x1.3d6fd8p-2f, 0x1.684336p-8f, -0x1.9c30a2p-2f, 0x1.9cb20ap-2f, -0x1.315f94p-5f,
    -0x1.c702f6p-2f, -0x1.05d01ep-4f, -0x1.46304ap-2f, -0x1.4c0262p-1f, -0x1.19934ap-3f, 0x1.088fdap-1f, 0x1.af83cp-1f, 0x1.4f0a32p-2f,
    -0x1.6ec0f4p-3f, -0x1.66571ap-5f, -0x1.228b2ap-1f, -0x1.428988p-2f, -0x1.4c40d8p-1f, -0x1.8b3388p-1f, 0x1.8f78c4p-3f, -0x1.bc57fep-4f,
    -0x1.056bf6p-1f, 0x1.e3da7p-1f, -0x1.94c85ep-2f, 0x1.2a77e6p-2f, 0x1.afa318p-8f, -0x1.2701ap-1f, 0x1.4b16f8p-1f, -0x1.4b4e3cp-2f,
    -0x1.edc006p-3f, -0x1.0ff628p-3f, -0x1.4d6af2p-1f, -0x1.812798p-1f, -0x1.d4a51ep-2f, 0x1.2ec95ep-2f, 0x1.da2476p-1f, 0x1.301392p-2f,
    -0x1.6b7f5ap-4f, -0x1.515c3cp-3f, -0x1.23dab8p-1f, -0x1.262acep-2f, -0x1.57ded6p-1f, -0x1.c296ccp-1f, 0x1.d9306p-4f, -0x1.499cap-4f,
    -0x1.8e0a6ap-1f, 0x1.78e9ep-1f, -0x1.0605eap-3f, 0x1.431ddp-3f, 0x1.642fb2p-3f, -0x1.694ca4p-2f, 0x1.1a7572p-1f, -0x1.874282p-5f,
    -0x1.d4d116p-3f, 0x1.c39474p-6f, -0x1.91c578p-2f, -0x1.4db9d8p-1f, -0x1.26b1a6p-2f, 0x1.be8662p-2f, 0x1.639ce4p-1f, 0x1.42dea6p-3f,
    -0x1.6d2816p-2f, 0x1.a0fe72p-4f, -0x1.83a4bap-1f, -0x1.378604p-2f, -0x1.6407b2p-1f, -0x1.7d0e84p-1f, 0x1.3adc26p-2f, -0x1.10ace6p-3f,
    -0x1.a9d4dp-1f, 0x1.b1419cp-1f, -0x1.77e9p-4f, 0x1.85b58cp-3f, 0x1.471a96p-3f, -0x1.67e0eap-2f, 0x1.471832p-1f, 0x1.b7a56p-8f,
    -0x1.a5381ep-3f, 0x1.a4ca9ep-3f, -0x1.746538p-2f, -0x1.e6de58p-1f, -0x1.7b51fp-2f, 0x1.961f1ep-2f, 0x1.a5e314p-1f, 0x1.099f12p-4f,
    -0x1.1ef8d2p-1f, 0x1.5ae7d4p-3f, -0x1.a221b2p-1f, -0x1.80696ep-2f, -0x1.b1499ep-2f, -0x1.d1c096p-1f, 0x1.be51e8p-5f, -0x1.1380cap-2f,
    -0x1.71928ep-1f, 0x1.c7b5p-1f, -0x1.208528p-5f, 0x1.9d6baap-2f, -0x1.256546p-3f, -0x1.38ebbap-1f, 0x1.012884p-1f, 0x1.52371ep-4f,
    -0x1.de4508p-2f, -0x1.61f61ep-7f, -0x1.5eabfp-2f, -0x1.7b6eb8p-1f, -0x1.183c28p-2f, 0x1.624c94p-1f, 0x1.a59da8p-1f, 0x1.b1e936p-3f,
    -0x1.6b6a54p-3f, -0x1.7ff10ep-4f, -0x1.ab7318p-2f, -0x1.759aaep-2f, -0x1.469bf6p-1f, -0x1.8c7e04p-1f, 0x1.6af3cp-3f, -0x1.3037a8p-2f,
    -0x1.9ce29cp-1f, 0x1.ba5f02p-1f, -0x1.04b76ep-2f, 0x1.538e1p-3f, 0x1.79f314p-3f, -0x1.4e615ap-2f, 0x1.1dae58p-1f, -0x1.41ec58p-3f,
    -0x1.c0ef8ep-3f, 0x1.3ddbf2p-7f, -0x1.c62d14p-2f, -0x1.71e478p-1f, -0x1.30cff4p-2f, 0x1.42dacep-2f, 0x1.9afd3ep-1f, 0x1.c2d902p-3f,
    -0x1.5a9be8p-2f, 0x1.1342f6p-4f, -0x1.90d896p-1f, -0x1.31b474p-2f, -0x1.3c825ap-1f, -0x1.a6c30ep-1f, 0x1.8954acp-3f, -0x1.3c8bacp-4f,
    -0x1.867144p-1f, 0x1.399d9ep+0f, -0x1.cf8368p-2f, 0x1.a3d80ep-2f, -0x1.a14e5p-4f, -0x1.13f3a8p-1f, 0x1.f797aep-2f, -0x1.2e73aap-2f,
    -0x1.bf32p-2f, -0x1.4046e4p-3f, -0x1.0ff578p-1f, -0x1.a18e58p-1f, -0x1.1ef8c6p-2f, 0x1.500d12p-2f, 0x1.185232p+0f, 0x1.c9d7dp-2f,
    -0x1.269c62p-6f, -0x1.e7fae2p-3f, -0x1.e07e78p-2f, -0x1.3e1c64p-2f, -0x1.12c1e6p-1f, -0x1.e5846ep-1f, -0x1.c7fa44p-5f, -0x1.d0795ap-5f,
    -0x1.225cdcp-2f, 0x1.08ae8ap-1f, -0x1.1b9518p-2f, 0x1.142b3p-4f, 0x1.e82286p-3f, -0x1.0840b2p-1f, 0x1.9d576p-1f, -0x1.415ee2p-2f,
    0x1.2ad5bep-5f, -0x1.2c5c5p-4f, -0x1.7a4b42p-1f, -0x1.359e54p-1f, -0x1.3d57acp-1f, 0x1.01a18ep-2f, 0x1.41499ap-1f, 0x1.4911e4p-4f,
    -0x1.058b5p-2f, 0x1.5d836ap-6f, -0x1.96cbfp-1f, -0x1.f77a7ep-3f, -0x1.c0c552p-1f, -0x1.7b7b7ap-1f, 0x1.ace888p-2f, -0x1.4731ap-4f,
    -0x1.cb454ep-1f, 0x1.693eeap-1f, 0x1.78ec82p-8f, 0x1.6cb43p-3f, 0x1.2d460cp-3f, -0x1.4d95dap-2f, 0x1.e3c32ap-2f, 0x1.b5c342p-4f,
    -0x1.407f52p-2f, 0x1.105a8cp-4f, -0x1.06a7ep-2f, -0x1.3856f8p-1f, -0x1.794ffcp-3f, 0x1.2793e4p-1f, 0x1.44b3f6p-1f, 0x1.173afcp-3f,
    -0x1.94778p-2f, 0x1.2f8174p-3f, -0x1.73ab76p-1f, -0x1.4be6e6p-2f, -0x1.6801dap-1f, -0x1.5e305ap-1f, 0x1.72fb1ap-2f, -0x1.7f1198p-3f,
};
/* clang-format on */

/* lstm1.W, 24 x 6 */
/* clang-format off */
static const float joined_lstm_weights_lstm1_w[144] = {
    0x1.b3868p-4f, 0x1.f457c8p-2f, 0x1.a15e2p-5f, -0x1.e171ep-3f, 0x1.09a95p-3f, -0x1.bbddep-2f, -0x1.39ec6p-2f, 0x1.b300dcp-2f,
    0x1.e16a4p-3f, 0x1.ba56ep-2f, 0x1.de52fp-4f, 0x1.d01a4p-5f, -0x1.c2875p-4f, 0x1.95e58p-5f, -0x1.ae96fp-4f, -0x1.7ea37cp-2f,
    -0x1.e9f568p-2f, -0x1.f09eep-2f, -0x1.79dbf8p-2f, 0x1.c2ab88p-2f, 0x1.61021p-2f, 0x1.7bac4p-5f, -0x1.3f5f8p-7f, 0x1.7ee65p-4f,
    0x1.0cdff8p-2f, -0x1.900a38p-2f, -0x1.232c94p-2f, -0x1.788efp-2f, -0x1.b3f59cp-2f, -0x1.25f66p-3f, 0x1.b95b74p-2f, 0x1.f9012p-4f,
    0x1.74844p-6f, 0x1.7f1868p-3f, 0x1.067cc8p-2f, -0x1.2f9bp-2f, -0x1.a4d728p-3f, -0x1.8934p-5f, 0x1.bf4fdp-4f, -0x1.af9878p-2f,
    -0x1.4b67cp-5f, -0x1.c962cp-6f, 0x1.8af248p-2f, -0x1.29cf88p-3f, -0x1.e78afp-2f, -0x1.3acd18p-3f, 0x1.ccd824p-2f, -0x1.205d88p-2f,
    0x1.1a03fp-4f, 0x1.46a2ep-4f, 0x1.f671ep-3f, -0x1.bc12bcp-2f, -0x1.28c828p-2f, -0x1.eadffp-3f, 0x1.1d9da8p-3f, -0x1.e4c4bp-3f,
    0x1.16b5d4p-2f, -0x1.f1b6bp-2f, 0x1.cbcaecp-2f, 0x1.a994b4p-2f, -0x1.cb0fp-7f, 0x1.b468e4p-2f, 0x1.da617cp-2f, -0x1.75addp-2f,
    0x1.cab8bp-2f, -0x1.4b9338p-2f, 0x1.3ceb2p-2f, 0x1.4fee1p-4f, 0x1.9f1f28p-2f, 0x1.31c52p-2f, 0x1.95f4bp-4f, -0x1.0fa97p-4f,
    -0x1.6e538p-5f, -0x1.6a7668p-2f, 0x1.aa7034p-2f, 0x1.0e9558p-2f, -0x1.9e4a6cp-2f, -0x1.9e67a4p-2f, 0x1.39b05p-4f, -0x1.67636p-3f,
    0x1.e4fd68p-3f, -0x1.2bc87p-4f, -0x1.a3626p-4f, -0x1.f7ce24p-2f, -0x1.550aa8p-2f, 0x1.3bbd24p-2f, -0x1.dc50e4p-2f, 0x1.8ba4a8p-3f,
    0x1.d8638cp-2f, -0x1.941454p-2f, 0x1.199e8p-5f, 0x1.95ca7cp-2f, 0x1.dce77cp-2f, 0x1.3bab4p-4f, -0x1.7db9ap-3f, -0x1.0154cp-2f,
    -0x1.760ab8p-3f, -0x1.eaf12p-4f, 0x1.5a96cp-3f, -0x1.0a115p-3f, 0x1.02d258p-2f, 0x1.381194p-2f, 0x1.9432cp-6f, -0x1.bc74b4p-2f,
    0x1.a19a78p-2f, -0x1.100364p-2f, 0x1.ccfaf4p-2f, 0x1.21ed7p-3f, 0x1.ab417p-4f, 0x1.acc874p-2f, -0x1.4dde94p-2f, 0x1.7313p-8f,
    0x1.4ef758p-2f, -0x1.57ef1p-3f, -0x1.3dfab8p-3f, 0x1.83ec88p-2f, -0x1.48a94p-5f, -0x1.b6d91p-3f, -0x1.f0180cp-2f, 0x1.3abcb4p-2f,
    0x1.04b8ep-5f, 0x1.1ffdp-7f, -0x1.360cp-5f, -0x1.262924p-2f, -0x1.59e6dp-2f, -0x1.6d4c78p-2f, 0x1.5bcbf4p-2f, 0x1.d2f7cp-3f,
    -0x1.569fc8p-2f, 0x1.d415ep-3f, 0x1.b367a8p-2f, 0x1.b49544p-2f, -0x1.e751e8p-2f, -0x1.0d907p-3f, -0x1.29d37p-3f, -0x1.f2fb74p-2f,
    -0x1.5396b8p-3f, 0x1.932ap-9f, -0x1.bf892p-3f, -0x1.08b714p-2f, -0x1.1edap-4f, -0x1.7e6ffp-2f, 0x1.cfb2f4p-2f, 0x1.748874p-2f,
};
/* clang-format on */

/* lstm1.bias, 24 */
/* clang-format off */
static const float joined_lstm_weights_lstm1_bias[24] = {
    -0x1.d0f258p-3f, 0x1.28c28p-7f, -0x1.a5daep-2f, -0x1.5ddf68p-2f, -0x1.4f0904p-1f, -0x1.472e64p-2f, 0x1.f137p-4f, 0x1.c1b78p-7f,
    0x1.172358p-2f, -0x1.ab7428p-1f, -0x1.19f1dp-3f, 0x1.03464p-6f, -0x1.36ffe2p-1f, 0x1.528a5ep-1f, 0x1.34d696p-1f, -0x1.9985c8p-1f,
    -0x1.72caecp-2f, -0x1.9696f4p-1f, 0x1.169a78p-3f, 0x1.022232p-1f, 0x1.36adp-6f, 0x1.1b0f8p-5f, -0x1.c05c1p-1f, 0x1.9b5498p-3f,
};
/* clang-format on */

/* lstm1.R, 24 x 6 */
/* clang-format off */
static const float joined_lstm_weights_lstm1_r[144] = {
    -0x1.7a60fp-3f, -0x1.4392d8p-2f, -0x1.c8cc04p-2f, 0x1.aca5fp-2f, -0x1.f986fp-4f, 0x1.50bcf4p-2f, -0x1.b723dp-3f, 0x1.6ee9dp-2f,
    0x1.753a18p-2f, -0x1.9270ep-5f, -0x1.938a3p-4f, -0x1.1db51p-4f, -0x1.34aa1cp-2f, 0x1.30c838p-2f, 0x1.4d4008p-3f, 0x1.6b6a5cp-2f,
    0x1.28e9bp-4f, 0x1.156294p-2f, -0x1.422c58p-3f, -0x1.ae7684p-2f, 0x1.3f57ep-2f, 0x1.1ca62p-4f, -0x1.3d167p-3f, -0x1.8078bp-3f,
    -0x1.0f15d4p-2f, -0x1.3c2648p-2f, -0x1.efbfp-2f, 0x1.3affap-4f, -0x1.f65e68p-3f, -0x1.297ab4p-2f, 0x1.995cc8p-3f, -0x1.daa7bp-2f,
    -0x1.fb398cp-2f, -0x1.1f18bp-3f, 0x1.036ccp-5f, -0x1.54242cp-2f, -0x1.cf0d6p-3f, -0x1.df46ep-2f, 0x1.20428p-6f, 0x1.4d93p-5f,
    -0x1.aa72d4p-2f, -0x1.ec37b8p-2f, 0x1.171f88p-3f, -0x1.0c1274p-2f, 0x1.75da0cp-2f, -0x1.401fd8p-2f, -0x1.9719p-6f, -0x1.716094p-2f,
    0x1.925168p-2f, 0x1.26d6e8p-2f, -0x1.46e3p-4f, -0x1.ff96ap-2f, 0x1.e5278p-2f, 0x1.3204bp-4f, 0x1.63ab5p-4f, 0x1.05344p-2f,
    -0x1.6b264p-3f, -0x1.e2e84p-4f, -0x1.75ff68p-3f, 0x1.e52c5cp-2f, -0x1.2c3b9p-4f, 0x1.851e44p-2f, -0x1.d69d1p-3f, 0x1.c6138p-6f,
    0x1.dd79dp-3f, 0x1.1a0adp-4f, -0x1.ba2758p-2f, 0x1.ee679cp-2f, 0x1.7ff5fp-2f, -0x1.5b2a5p-2f, -0x1.198f24p-2f, 0x1.aa4cp-2f,
    0x1.42a994p-2f, 0x1.6be36p-4f, -0x1.cd189p-2f, 0x1.78567cp-2f, -0x1.abc56p-2f, -0x1.52667p-4f, 0x1.947fd8p-3f, 0x1.28586cp-2f,
    -0x1.e2e968p-3f, -0x1.0a0464p-2f, -0x1.7aae4p-2f, -0x1.43472p-4f, -0x1.f5c2a4p-2f, 0x1.bd4f2p-2f, -0x1.ef2464p-2f, 0x1.70855p-2f,
    -0x1.d2aa4cp-2f, -0x1.bb5bf4p-2f, 0x1.176618p-2f, -0x1.d2841cp-2f, -0x1.b51f2cp-2f, 0x1.6d248p-6f, 0x1.6359ccp-2f, 0x1.4a2ccp-5f,
    0x1.3ee73p-4f, 0x1.cae13p-4f, 0x1.6ebbap-3f, 0x1.e8338cp-2f, 0x1.aceacp-4f, 0x1.064cdp-3f, 0x1.0005b4p-2f, 0x1.959f08p-3f,
    0x1.5dc68p-3f, -0x1.6d512p-4f, 0x1.f361bp-4f, 0x1.6c22d8p-3f, -0x1.40d3bp-3f, 0x1.9d88bcp-2f, -0x1.fb273p-3f, 0x1.3569b4p-2f,
    0x1.377c8p-6f, -0x1.18e7ap-5f, -0x1.f405dp-4f, -0x1.460748p-2f, 0x1.81dec8p-3f, -0x1.0f51cp-5f, 0x1.7aedbp-4f, 0x1.a3777cp-2f,
    0x1.679b2p-5f, -0x1.ceb53cp-2f, -0x1.9bfecp-4f, 0x1.2507b4p-2f, -0x1.5e7538p-2f, -0x1.37ee5p-3f, -0x1.b37b98p-2f, 0x1.9a2424p-2f,
    -0x1.0b3eep-5f, -0x1.e84678p-2f, 0x1.f778cp-5f, 0x1.7a3dap-3f, -0x1.1edb6p-2f, 0x1.20dcb8p-2f, -0x1.9c0ea8p-3f, -0x1.427168p-2f,
    -0x1.cc534p-5f, 0x1.3f4108p-2f, 0x1.a53ca8p-3f, -0x1.c0116p-3f, 0x1.485c1p-3f, 0x1.9d9284p-2f, 0x1.5ae8fcp-2f, -0x1.0da32p-5f,
};
/* clang-format on */

/* output.weight, 12 x 6 */
/* clang-format off */
static const float joined_lstm_weights_output_weight[72] = {
    -0x1.67b4a8p-3f, 0x1.3ae7cp-5f, 0x1.4e3dap-2f, 0x1.35df08p-3f, 0x1.32ce54p-2f, 0x1.da948p-3f, 0x1.0ef508p-3f, -0x1.b92bap-5f,
    -0x1.991768p-3f, 0x1.54744p-5f, 0x1.f9c454p-2f, -0x1.755264p-2f, -0x1.b6845p-4f, -0x1.fef66p-2f, 0x1.003a8p-3f, 0x1.c9737p-3f,
    0x1.a27a6p-3f, -0x1.91a83p-3f, 0x1.60f0fp-3f, 0x1.d82p-4f, 0x1.df3eb4p-2f, -0x1.6b17bp-4f, 0x1.f8a784p-2f, -0x1.56d4p-5f,
    0x1.7ddf5cp-2f, 0x1.776828p-2f, 0x1.6a9d3cp-2f, 0x1.a0cd8p-3f, -0x1.dc996p-2f, -0x1.ec234p-3f, -0x1.3cd4bp-3f, 0x1.21891p-2f,
    -0x1.6d8fe4p-2f, 0x1.e62254p-2f, 0x1.79696p-5f, -0x1.27841p-3f, -0x1.ad4708p-2f, 0x1.fe7c8p-4f, -0x1.6daabp-3f, 0x1.097958p-2f,
    0x1.5da19p-4f, -0x1.7d6dd8p-3f, 0x1.1d9dc8p-2f, -0x1.d13e34p-2f, -0x1.1f9eep-3f, 0x1.dd3b4cp-2f, 0x1.460aap-3f, 0x1.8c9a78p-2f,
    0x1.60fb8cp-2f, 0x1.cc99fp-2f, -0x1.9ae304p-2f, 0x1.c38bdp-4f, 0x1.14b974p-2f, -0x1.f185a8p-3f, 0x1.2fb4fp-2f, 0x1.f63e3cp-2f,
    0x1.9af098p-2f, 0x1.17c408p-3f, 0x1.b0f64p-6f, -0x1.e526f8p-2f, -0x1.2edb08p-3f, -0x1.32ec1p-2f, -0x1.cf8bdp-2f, -0x1.7fc71p-4f,
    0x1.e0d584p-2f, -0x1.181a74p-2f, 0x1.9ee6p-7f, -0x1.b98dap-5f, 0x1.baa1ap-5f, -0x1.30119cp-2f, 0x1.3c7ebcp-2f, 0x1.15fd6p-5f,
};
/* clang-format on */

/* output.bias, 12 */
/* clang-format off */
static const float joined_lstm_weights_output_bias[12] = {
    -0x1.5bc16p-2f, 0x1.3c895p-4f, 0x1.f710ap-3f, 0x1.ab84acp-2f, -0x1.e0dee8p-2f, -0x1.7ca0cp-3f, -0x1.1151ep-3f, 0x1.cf21a8p-3f,
    0x1.730ae4p-2f, 0x1.388fbcp-2f, 0x1.8a9a98p-3f, -0x1.46a64p-6f,
};
/* clang-format on */

/* clang-format off */
const char* const joined_lstm_alphabet[JOINED_LSTM_VOCABULARY] = {
    "\n",
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "h",
    "i",
    "j",
    "\303\251",
};
/* clang-format on */

void joined_lstm_reset(joined_lstm_state* state) {
    memset(state->h, 0, sizeof state->h);
    memset(state->c, 0, sizeof state->c);
}

void joined_lstm_step(joined_lstm_state* state, uint32_t token, int32_t* logits) {
    /* LSTM lstm0 */
    quillet_affine_f32(state->scratch_float32, joined_lstm_weights_lstm0_r,
                       joined_lstm_weights_lstm0_table + 24 * token, state->h, 24, 6);
    quillet_lstm_f32(state->h, state->c, state->scratch_float32, 6);
    /* LSTM lstm1 */
    quillet_affine_f32(state->scratch_float32, joined_lstm_weights_lstm1_w,
                       joined_lstm_weights_lstm1_bias, state->h, 24, 6);
    quillet_affine_f32(state->scratch_float32 + 24, joined_lstm_weights_lstm1_r,
                       state->scratch_float32, state->h + 6, 24, 6);
    quillet_lstm_f32(state->h + 6, state->c + 6, state->scratch_float32 + 24, 6);
    /* MatMul output, Add logits */
    quillet_affine_f32(state->scratch_float32, joined_lstm_weights_output_weight,
                       joined_lstm_weights_output_bias, state->h + 6, 12, 6);
    /* Output outputs */
    quillet_logits_f32(logits, state->scratch_float32, 12);
}

static void joined_lstm_reset_any(void* state) {
    joined_lstm_reset(state);
}

static void joined_lstm_step_any(void* state, uint32_t token, int32_t* logits) {
    joined_lstm_step(state, token, logits);
}

/* clang-format off */
const quillet_model joined_lstm_model = {
    joined_lstm_reset_any, joined_lstm_step_any, JOINED_LSTM_VOCABULARY, 0};
/* clang-format on */

/* temperature 0.7 */
const quillet_sampling joined_lstm_sampling = {528u, 4294967295u, 0u, 0u};
