/* The model gru: weights, alphabet and one step.
 * Written by quillet 0: quillet compile gru.onnx
 * From a test. */
#include "gru.h"

#include <string.h>

#include "runtime/quillet_kernels_f32.h"

/* gru.R.zr, 16 x 8 */
/* clang-format off */
static const float gru_weights_gru_r_zr[128] = {
    -0x1.d261p-2f, 0x1.e9338p-5f, 0x1.16f08p-4f, -0x1.37e158p-2f, -0x1.0a655cp-2f, -0x1.5f7214p-2f, 0x1.b3868p-4f, 0x1.46a2ep-4f,
    0x1.5a96cp-3f, 0x1.09a95p-3f, -0x1.eadffp-3f, 0x1.9432cp-6f, 0x1.e16a4p-3f, -0x1.f1b6bp-2f, 0x1.ccfaf4p-2f, -0x1.c2875p-4f,
    0x1.aa6758p-2f, 0x1.3c0e18p-3f, -0x1.cd86d8p-3f, 0x1.c13dap-2f, -0x1.9c4d9p-3f, 0x1.0992b8p-2f, 0x1.0cdff8p-2f, -0x1.6a7668p-2f,
    -0x1.360cp-5f, -0x1.b3f59cp-2f, -0x1.9e67a4p-2f, 0x1.5bcbf4p-2f, 0x1.74844p-6f, -0x1.2bc87p-4f, 0x1.b367a8p-2f, -0x1.a4d728p-3f,
    -0x1.91ed1p-2f, -0x1.f32488p-2f, -0x1.2fd3e8p-2f, 0x1.4d3fp-4f, -0x1.984fp-8f, -0x1.ecfa6p-2f, 0x1.1a03fp-4f, -0x1.eaf12p-4f,
    -0x1.e171ep-3f, -0x1.28c828p-2f, 0x1.381194p-2f, 0x1.b300dcp-2f, 0x1.16b5d4p-2f, -0x1.100364p-2f, 0x1.d01a4p-5f, -0x1.cb0fp-7f,
    0x1.20b9b8p-2f, -0x1.7b1dbp-2f, -0x1.b4417cp-2f, -0x1.07eaf8p-3f, -0x1.2ebccp-2f, 0x1.357ebp-3f, -0x1.6e538p-5f, 0x1.1ffdp-7f,
    -0x1.788efp-2f, -0x1.9e4a6cp-2f, -0x1.6d4c78p-2f, 0x1.f9012p-4f, 0x1.e4fd68p-3f, 0x1.d415ep-3f, -0x1.2f9bp-2f, -0x1.550aa8p-2f,
    -0x1.18dfa8p-2f, -0x1.b64c6p-2f, -0x1.fb3ca8p-3f, 0x1.e14ce8p-2f, 0x1.eb56ap-4f, -0x1.b84c2p-2f, -0x1.760ab8p-3f, 0x1.a15e2p-5f,
    -0x1.bc12bcp-2f, 0x1.02d258p-2f, -0x1.39ec6p-2f, -0x1.e4c4bp-3f, 0x1.a19a78p-2f, 0x1.de52fp-4f, 0x1.a994b4p-2f, 0x1.ab417p-4f,
    0x1.dc7bbp-4f, -0x1.a526ep-3f, -0x1.64362cp-2f, -0x1.ccc81p-2f, 0x1.ed519cp-2f, -0x1.d75d38p-2f, 0x1.04b8ep-5f, -0x1.232c94p-2f,
    0x1.0e9558p-2f, -0x1.59e6dp-2f, 0x1.b95b74p-2f, -0x1.67636p-3f, -0x1.569fc8p-2f, 0x1.067cc8p-2f, -0x1.f7ce24p-2f, -0x1.e751e8p-2f,
    0x1.b4339p-3f, 0x1.de7dacp-2f, 0x1.f35af8p-3f, 0x1.632714p-2f, 0x1.50e05cp-2f, -0x1.bf72p-7f, 0x1.f457c8p-2f, 0x1.f671ep-3f,
    -0x1.0a115p-3f, -0x1.bbddep-2f, 0x1.1d9da8p-3f, -0x1.bc74b4p-2f, 0x1.ba56ep-2f, 0x1.cbcaecp-2f, 0x1.21ed7p-3f, 0x1.95e58p-5f,
    -0x1.db22f8p-2f, -0x1.1d0d28p-3f, -0x1.5a80bp-2f, 0x1.ed7a18p-3f, 0x1.927424p-2f, 0x1.4168ccp-2f, -0x1.900a38p-2f, 0x1.aa7034p-2f,
    -0x1.262924p-2f, -0x1.25f66p-3f, 0x1.39b05p-4f, 0x1.d2f7cp-3f, 0x1.7f1868p-3f, -0x1.a3626p-4f, 0x1.b49544p-2f, -0x1.8934p-5f,
};
/* clang-format on */

/* gru.zr.table, 12 x 16 */
/* clang-format off */
static const float gru_weights_gru_zr_table[192] = {
    -0x1.908a64p-2f, -0x1.a5c506p-1f, 0x1.246a6ap-1f, -0x1.d95a38p-2f, 0x1.1e3052p-1f, -0x1.666666p-1f, 0x1.984868p-3f, -0x1.a33a24p-1f,
    0x1.340d5p-3f, -0x1.20e8p-9f, -0x1.42ade8p-3f, -0x1.c2f29cp-2f, -0x1.056fdep+0f, -0x1.11ddep-5f, -0x1.c8cbe8p-3f, -0x1.46ac58p-1f,
    0x1.831798p-3f, -0x1.3e8648p-1f, 0x1.9ec8b4p-1f, 0x1.588ee8p-2f, 0x1.185e2cp-1f, -0x1.a46a88p-3f, 0x1.2f474cp-2f, -0x1.4e64c2p-1f,
    -0x1.24c38p-6f, 0x1.73255p-4f, 0x1.181f04p-2f, -0x1.edac9p-1f, -0x1.12d1dcp-2f, -0x1.2bd738p-3f, -0x1.176e9p-3f, 0x1.17efap-5f,
    -0x1.67d5ep-4f, -0x1.54353p-1f, 0x1.3eaa88p+0f, -0x1.9e40bp-2f, 0x1.27842p-1f, -0x1.824bp-2f, 0x1.63d238p-2f, -0x1.3d6828p-2f,
    -0x1.e06ep-8f, -0x1.c2fc1cp-2f, 0x1.3bb9f8p-3f, -0x1.2db6a8p-1f, -0x1.699924p-2f, -0x1.dd24cp-5f, 0x1.9c9544p-2f, 0x1.92dc88p-3f,
    0x1.fd787p-4f, -0x1.5c7324p-2f, 0x1.314798p-1f, 0x1.67ec88p-3f, 0x1.06002ep-1f, -0x1.03778p-3f, -0x1.31954p-4f, -0x1.c1163p-1f,
    0x1.8cbd14p-2f, 0x1.2776bp-4f, 0x1.614da4p-1f, -0x1.3f408cp-2f, -0x1.90dc3ap-1f, -0x1.50dbf6p-1f, 0x1.0a0d04p-2f, -0x1.609ee4p-1f,
    -0x1.9dba1ep-1f, -0x1.39fd6ap-1f, 0x1.938464p-2f, 0x1.95b528p-3f, -0x1.dbeb6p-3f, 0x1.46be5p-3f, -0x1.e01bbcp-2f, -0x1.fdf674p-1f,
    -0x1.e34cp-4f, 0x1.4912ep-4f, 0x1.bcef88p-2f, -0x1.46d118p-3f, -0x1.8692aap-1f, 0x1.95c32p-4f, -0x1.09c19p-4f, -0x1.3622ep-2f,
    -0x1.5c2f94p-1f, -0x1.311c5p-4f, 0x1.cd5b26p-1f, 0x1.d02e4p-4f, 0x1.063c02p-1f, -0x1.8bd61cp-2f, -0x1.cfd818p-2f, -0x1.06a04p+0f,
    -0x1.b8354p-5f, 0x1.ec2dep-4f, 0x1.dd86ap-3f, -0x1.130a0ap+0f, -0x1.3e829p-1f, -0x1.812e8p-4f, 0x1.8db08cp-2f, -0x1.97022cp-2f,
    -0x1.02fdc6p-1f, -0x1.e28578p-2f, 0x1.0981fcp+0f, 0x1.766428p-2f, -0x1.1d0d8cp-2f, -0x1.0f8bcp-2f, 0x1.0d4ffp-2f, -0x1.4d7e32p-1f,
    0x1.153c5ep-1f, -0x1.6360c4p-2f, 0x1.3bfaap-3f, -0x1.090542p-1f, -0x1.fd85a8p-1f, -0x1.48d96p-3f, 0x1.e33118p-2f, -0x1.65269p-3f,
    0x1.86e488p-3f, -0x1.4f4b68p-3f, 0x1.47d7a4p+0f, 0x1.99d488p-3f, -0x1.6b88ep-5f, -0x1.339b86p-1f, 0x1.1857ap-3f, -0x1.429076p-1f,
    0x1.8f1ae2p-1f, 0x1.d9dd5p-2f, 0x1.1f71ep-2f, -0x1.c4b4b8p-3f, -0x1.0434d8p-1f, -0x1.178ap-3f, -0x1.ecdaecp-2f, 0x1.83308p-3f,
    -0x1.52a584p-1f, -0x1.2e81dcp-1f, 0x1.91656cp-1f, -0x1.282988p-2f, -0x1.2e47p-3f, -0x1.b419ap-4f, 0x1.00e10ep-1f, -0x1.86744p-3f,
    0x1.30347p-4f, 0x1.87489p-4f, -0x1.adf4ap-3f, -0x1.9b2ep-3f, -0x1.dd324p-3f, -0x1.10cc8p-5f, 0x1.5d1e9p-3f, -0x1.60ea08p-2f,
    -0x1.24e874p-1f, -0x1.64bd22p-1f, 0x1.a5d332p-1f, -0x1.050a5p-1f, -0x1.086148p-2f, -0x1.047694p-1f, 0x1.634f98p-3f, -0x1.00c98p+0f,
    0x1.8bd254p-1f, -0x1.dcc568p-3f, 0x1.02dd02p-1f, -0x1.207402p-1f, -0x1.9937c2p-1f, -0x1.b8a19cp-2f, 0x1.5098p-8f, -0x1.7ded8p-2f,
    -0x1.6e821ap-1f, -0x1.4c9adcp-2f, 0x1.d9c90ap-1f, 0x1.6f51bp-4f, 0x1.1f1622p-1f, -0x1.ee6b5p-2f, 0x1.0b493cp-2f, -0x1.9c7be8p-1f,
    0x1.06871p-3f, 0x1.a5d96p-3f, 0x1.1aa0b8p-2f, -0x1.eef31ep-1f, -0x1.a0209ap-1f, -0x1.bdcb04p-2f, 0x1.079fcp-3f, -0x1.0810bap-1f,
    -0x1.a578f4p-2f, -0x1.f121e4p-2f, 0x1.9840f8p-1f, -0x1.5a14ep-4f, 0x1.69936p-2f, -0x1.4ffcf2p-1f, -0x1.825a48p-3f, -0x1.9127d8p-3f,
    0x1.4ae5ap-3f, -0x1.0d1178p-2f, -0x1.b7646p-3f, -0x1.4ff88ap-1f, -0x1.2dd3bcp-1f, -0x1.583a8p-6f, -0x1.ad3dccp-2f, 0x1.4c488p-7f,
};
/* clang-format on */

/* gru.R.n, 8 x 8 */
/* clang-format off */
static const float gru_weights_gru_r_n[64] = {
    0x1.b468e4p-2f, -0x1.4dde94p-2f, -0x1.e9f568p-2f, -0x1.4b9338p-2f, -0x1.3dfab8p-3f, 0x1.61021p-2f, 0x1.31c52p-2f, -0x1.f0180cp-2f,
    0x1.3bbd24p-2f, -0x1.29d37p-3f, -0x1.4b67cp-5f, -0x1.941454p-2f, -0x1.bf892p-3f, -0x1.e78afp-2f, 0x1.3bab4p-4f, 0x1.cfb2f4p-2f,
    0x1.acc874p-2f, -0x1.7ea37cp-2f, 0x1.cab8bp-2f, -0x1.57ef1p-3f, 0x1.c2ab88p-2f, 0x1.9f1f28p-2f, -0x1.b6d91p-3f, 0x1.7ee65p-4f,
    -0x1.0d907p-3f, -0x1.af9878p-2f, 0x1.d8638cp-2f, 0x1.932ap-9f, -0x1.29cf88p-3f, 0x1.dce77cp-2f, -0x1.7e6ffp-2f, -0x1.205d88p-2f,
    -0x1.ae96fp-4f, -0x1.75addp-2f, 0x1.4ef758p-2f, -0x1.79dbf8p-2f, 0x1.4fee1p-4f, -0x1.48a94p-5f, -0x1.3f5f8p-7f, -0x1.0fa97p-4f,
    0x1.bf4fdp-4f, 0x1.8ba4a8p-3f, -0x1.5396b8p-3f, 0x1.8af248p-2f, 0x1.95ca7cp-2f, -0x1.1edap-4f, 0x1.ccd824p-2f, -0x1.0154cp-2f,
    0x1.da617cp-2f, 0x1.7313p-8f, -0x1.f09eep-2f, 0x1.3ceb2p-2f, 0x1.83ec88p-2f, 0x1.7bac4p-5f, 0x1.95f4bp-4f, 0x1.3abcb4p-2f,
    -0x1.dc50e4p-2f, -0x1.f2fb74p-2f, -0x1.c962cp-6f, 0x1.199e8p-5f, -0x1.08b714p-2f, -0x1.3acd18p-3f, -0x1.7db9ap-3f, 0x1.748874p-2f,
};
/* clang-format on */

/* gru.Rb, 8 */
/* clang-format off */
static const float gru_weights_gru_rb[8] = {
    0x1.0005b4p-2f, -0x1.b37b98p-2f, 0x1.6ee9dp-2f, -0x1.daa7bp-2f, 0x1.05344p-2f, 0x1.28586cp-2f, 0x1.959f08p-3f, 0x1.9a2424p-2f,
};
/* clang-format on */

/* gru.n.table, 12 x 8 */
/* clang-format off */
static const float gru_weights_gru_n_table[96] = {
    0x1.2a36aap-1f, 0x1.2434b4p-2f, 0x1.381034p-1f, -0x1.6daa8cp-2f, -0x1.f59d96p-1f, 0x1.ae6d7p-2f, 0x1.13592p-1f, 0x1.4ca602p-1f,
    0x1.cd7accp-2f, 0x1.bc3e3p-4f, 0x1.e13474p-2f, -0x1.8ab7cp-3f, -0x1.34e1bep-1f, 0x1.ab9d68p-1f, 0x1.60df7p-2f, 0x1.137958p-1f,
    0x1.02d07p-2f, -0x1.f24f28p-3f, 0x1.d4f41p-1f, 0x1.5458p-2f, -0x1.f25fcap-1f, 0x1.6b49eap-1f, -0x1.2d0cp-8f, 0x1.110a94p-1f,
    -0x1.40a58p-6f, -0x1.0a201p-3f, -0x1.72d4p-7f, 0x1.5cc7cp-4f, -0x1.c8d2bcp-1f, 0x1.2aac3p-3f, 0x1.945aa6p-1f, 0x1.b63868p-3f,
    -0x1.45b1cp-2f, 0x1.3b5758p-2f, 0x1.747fdp-4f, 0x1.52b804p-2f, -0x1.f14d2p-1f, -0x1.10478p-7f, 0x1.8e064cp-1f, 0x1.5e9ebcp-2f,
    0x1.cea6bcp-2f, 0x1.4fe35p-3f, 0x1.90766cp-2f, -0x1.b75a58p-3f, -0x1.f58aecp-2f, 0x1.9e44ep-4f, 0x1.10ea64p-2f, 0x1.b76328p-3f,
    0x1.2f52a4p-2f, 0x1.7526cp-6f, 0x1.c89ap-5f, 0x1.ffed4p-2f, -0x1.81bbfp-1f, 0x1.2c7198p-3f, 0x1.ad88bp-3f, -0x1.3cf59p-4f,
    -0x1.58112p-3f, -0x1.10c7p-3f, 0x1.529ea2p-1f, -0x1.7ec34cp-2f, -0x1.cb804p-1f, -0x1.4f446p-5f, 0x1.6367b8p-1f, 0x1.2f3d9p-3f,
    0x1.7674p-8f, -0x1.2b662p-1f, 0x1.b3d01ep-1f, 0x1.2759d8p-2f, -0x1.1dd6fp-3f, 0x1.d027cp-2f, 0x1.9156aap-1f, -0x1.3b3a78p-3f,
    0x1.07e338p-2f, -0x1.538abp-2f, 0x1.c4d84p-4f, 0x1.8841bp-4f, -0x1.6bf87ep-1f, 0x1.c01608p-2f, 0x1.2dee1ap-1f, -0x1.ef9c6p-5f,
    0x1.a625d8p-3f, 0x1.50beb4p-2f, 0x1.3b185p-1f, -0x1.31ff38p-2f, -0x1.d7d34cp-2f, 0x1.ac9a18p-1f, 0x1.755eep-2f, -0x1.7adb6p-4f,
    -0x1.3f68ccp-2f, 0x1.d94f1p-3f, 0x1.881a68p-2f, -0x1.00d65cp-2f, -0x1.892246p-1f, 0x1.244b68p-2f, 0x1.9d5b64p-2f, 0x1.725b42p-1f,
};
/* clang-format on */

/* output.weight, 12 x 8 */
/* clang-format off */
static const float gru_weights_output_weight[96] = {
    0x1.753a18p-2f, -0x1.e2e84p-4f, 0x1.f361bp-4f, -0x1.34aa1cp-2f, 0x1.851e44p-2f, -0x1.fb273p-3f, 0x1.28e9bp-4f, 0x1.1a0adp-4f,
    -0x1.f405dp-4f, 0x1.3f57ep-2f, -0x1.5b2a5p-2f, 0x1.7aedbp-4f, -0x1.fb398cp-2f, -0x1.0a0464p-2f, 0x1.f778cp-5f, -0x1.cf0d6p-3f,
    0x1.bd4f2p-2f, -0x1.9c0ea8p-3f, -0x1.aa72d4p-2f, -0x1.bb5bf4p-2f, 0x1.a53ca8p-3f, 0x1.75da0cp-2f, 0x1.6d248p-6f, 0x1.5ae8fcp-2f,
    -0x1.6b264p-3f, -0x1.6d512p-4f, -0x1.1db51p-4f, -0x1.2c3b9p-4f, 0x1.9d88bcp-2f, 0x1.6b6a5cp-2f, 0x1.dd79dp-3f, -0x1.18e7ap-5f,
    -0x1.ae7684p-2f, 0x1.7ff5fp-2f, -0x1.0f51cp-5f, -0x1.8078bp-3f, -0x1.e2e968p-3f, -0x1.e84678p-2f, -0x1.54242cp-2f, -0x1.f5c2a4p-2f,
    0x1.20dcb8p-2f, 0x1.4d93p-5f, -0x1.d2aa4cp-2f, 0x1.3f4108p-2f, -0x1.0c1274p-2f, -0x1.b51f2cp-2f, 0x1.9d9284p-2f, -0x1.716094p-2f,
    0x1.5dc68p-3f, -0x1.938a3p-4f, 0x1.e52c5cp-2f, -0x1.40d3bp-3f, 0x1.4d4008p-3f, 0x1.c6138p-6f, 0x1.377c8p-6f, -0x1.422c58p-3f,
    0x1.ee679cp-2f, 0x1.81dec8p-3f, -0x1.3d167p-3f, 0x1.aa4cp-2f, -0x1.0b3eep-5f, 0x1.036ccp-5f, -0x1.43472p-4f, -0x1.1edb6p-2f,
    0x1.20428p-6f, 0x1.70855p-2f, -0x1.cc534p-5f, 0x1.171f88p-3f, -0x1.d2841cp-2f, 0x1.485c1p-3f, -0x1.9719p-6f, 0x1.4a2ccp-5f,
    -0x1.9270ep-5f, -0x1.75ff68p-3f, 0x1.6c22d8p-3f, 0x1.30c838p-2f, -0x1.d69d1p-3f, 0x1.3569b4p-2f, 0x1.156294p-2f, -0x1.ba2758p-2f,
    -0x1.460748p-2f, 0x1.1ca62p-4f, -0x1.198f24p-2f, 0x1.a3777cp-2f, -0x1.1f18bp-3f, -0x1.7aae4p-2f, 0x1.7a3dap-3f, -0x1.df46ep-2f,
    -0x1.ef2464p-2f, -0x1.427168p-2f, -0x1.ec37b8p-2f, 0x1.176618p-2f, -0x1.c0116p-3f, -0x1.401fd8p-2f, 0x1.6359ccp-2f, -0x1.0da32p-5f,
};
/* clang-format on */

/* output.bias, 12 */
/* clang-format off */
static const float gru_weights_output_bias[12] = {
    -0x1.f16bf8p-3f, -0x1.201198p-2f, -0x1.8e7284p-2f, -0x1.e4bc2p-5f, -0x1.3a67fcp-2f, -0x1.431f8p-6f, -0x1.b41p-12f, -0x1.556f1p-3f,
    0x1.d424b8p-3f, -0x1.f6df9cp-2f, -0x1.2acf14p-2f, 0x1.6615p-8f,
};
/* clang-format on */

/* clang-format off */
const char* const gru_alphabet[GRU_VOCABULARY] = {
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

void gru_reset(gru_state* state) {
    memset(state->h, 0, sizeof state->h);
}

void gru_step(gru_state* state, uint32_t token, int32_t* logits) {
    /* GRU gru */
    quillet_affine_f32(state->scratch_float32, gru_weights_gru_r_zr,
                       gru_weights_gru_zr_table + 16 * token, state->h, 16, 8);
    quillet_affine_f32(state->scratch_float32 + 16, gru_weights_gru_r_n, gru_weights_gru_rb,
                       state->h, 8, 8);
    quillet_gru_f32(state->h, state->scratch_float32, gru_weights_gru_n_table + 8 * token,
                    state->scratch_float32 + 16, 8);
    /* MatMul output, Add logits */
    quillet_affine_f32(state->scratch_float32, gru_weights_output_weight, gru_weights_output_bias,
                       state->h, 12, 8);
    /* Output outputs */
    quillet_logits_f32(logits, state->scratch_float32, 12);
}

static void gru_reset_any(void* state) {
    gru_reset(state);
}

static void gru_step_any(void* state, uint32_t token, int32_t* logits) {
    gru_step(state, token, logits);
}

/* clang-format off */
const quillet_model gru_model = {
    gru_reset_any, gru_step_any, GRU_VOCABULARY, 0};
/* clang-format on */

/* temperature 0.7 */
const quillet_sampling gru_sampling = {528u, 4294967295u, 0u, 0u};
