/** The folder of real patches and slides, where the tester has one. */
export const REAL_DATA = process.env.TESSERA_TEST_DATA;
