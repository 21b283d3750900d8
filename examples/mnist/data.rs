//! MNIST files: the IDX format, read from plain or gzip-compressed files.
//!
//! An IDX file is a big-endian header (two zero bytes, the element type, the number of dimensions,
//! then each dimension as a `u32`) and the elements. Images are `[count, 28, 28]` bytes, labels
//! `[count]` bytes. Everything else is refused, naming the file and what is wrong with it.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

/// Pixels in a row or a column of an image.
pub const SIDE: usize = 28;
/// Pixels in an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Digits to tell apart.
pub const CLASSES: usize = 10;

/// The element type of an IDX file of unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;

/// Images and their labels.
pub struct Digits {
    /// `PIXELS` intensities in `[0, 1]` for each image, one image after the other.
    pub images: Vec<f32>,
    /// The digit that each image shows, below `CLASSES`.
    pub labels: Vec<u8>,
}

impl Digits {
    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// The pixels of one image.
    pub fn image(&self, index: usize) -> &[f32] {
        &self.images[index * PIXELS..(index + 1) * PIXELS]
    }
}

/// The training and the test digits of a folder.
pub fn load(folder: &Path) -> Result<(Digits, Digits), DataError> {
    Ok((load_set(folder, "train")?, load_set(folder, "t10k")?))
}

/// The images and labels whose file names start with `set`.
fn load_set(folder: &Path, set: &str) -> Result<Digits, DataError> {
    let (image_path, bytes) = read(folder, &format!("{set}-images-idx3-ubyte"))?;
    let images = parse_images(&bytes).map_err(|damage| damage.of(&image_path))?;
    let (label_path, bytes) = read(folder, &format!("{set}-labels-idx1-ubyte"))?;
    let labels = parse_labels(&bytes).map_err(|damage| damage.of(&label_path))?;
    if images.len() != labels.len() * PIXELS {
        let mismatch = Damage::Unpaired { images: images.len() / PIXELS, labels: labels.len() };
        return Err(mismatch.of(&label_path));
    }
    Ok(Digits { images, labels })
}

/// The content of `folder/name.gz`, or of `folder/name` where that does not exist.
fn read(folder: &Path, name: &str) -> Result<(PathBuf, Vec<u8>), DataError> {
    let compressed = folder.join(format!("{name}.gz"));
    let plain = folder.join(name);
    let (path, content) = match fs::read(&compressed) {
        Ok(bytes) => (compressed, decompress(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let content = fs::read(&plain).map_err(Damage::Unreadable);
            (plain, content)
        }
        Err(error) => (compressed, Err(Damage::Unreadable(error))),
    };
    match content {
        Ok(bytes) => Ok((path, bytes)),
        Err(damage) => Err(damage.of(&path)),
    }
}

fn decompress(bytes: &[u8]) -> Result<Vec<u8>, Damage> {
    let mut content = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut content).map_err(Damage::Compression)?;
    Ok(content)
}

/// The intensities of the images of an IDX file, scaled to `[0, 1]`.
fn parse_images(bytes: &[u8]) -> Result<Vec<f32>, Damage> {
    let ([count, rows, columns], pixels) = parse_header(bytes)?;
    if (rows, columns) != (SIDE, SIDE) {
        return Err(Damage::ImageSize { rows, columns });
    }
    check_length(count * PIXELS, pixels)?;
    Ok(pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect())
}

/// The labels of an IDX file.
fn parse_labels(bytes: &[u8]) -> Result<Vec<u8>, Damage> {
    let ([count], labels) = parse_header(bytes)?;
    check_length(count, labels)?;
    match labels.iter().position(|&label| usize::from(label) >= CLASSES) {
        Some(index) => Err(Damage::Label { index, label: labels[index] }),
        None => Ok(labels.to_vec()),
    }
}

/// The dimensions of an IDX file of bytes, and its elements.
fn parse_header<const D: usize>(bytes: &[u8]) -> Result<([usize; D], &[u8]), Damage> {
    let length = 4 + 4 * D;
    if bytes.len() < length {
        return Err(Damage::Length { expected: length, found: bytes.len() });
    }
    let (header, elements) = bytes.split_at(length);
    let magic = [0, 0, UNSIGNED_BYTE, D as u8];
    if header[..4] != magic {
        let found = [header[0], header[1], header[2], header[3]];
        return Err(Damage::Magic { expected: magic, found });
    }
    let dimension = |axis: usize| {
        let at = 4 + 4 * axis;
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]) as usize
    };
    Ok((std::array::from_fn(dimension), elements))
}

fn check_length(expected: usize, elements: &[u8]) -> Result<(), Damage> {
    if elements.len() == expected {
        Ok(())
    } else {
        Err(Damage::Length { expected, found: elements.len() })
    }
}

/// A data file that cannot be used, and why.
#[derive(Debug)]
pub struct DataError {
    path: PathBuf,
    damage: Damage,
}

/// What is wrong with a file.
#[derive(Debug)]
enum Damage {
    Unreadable(io::Error),
    Compression(io::Error),
    Magic { expected: [u8; 4], found: [u8; 4] },
    Length { expected: usize, found: usize },
    ImageSize { rows: usize, columns: usize },
    Label { index: usize, label: u8 },
    Unpaired { images: usize, labels: usize },
}

impl Damage {
    fn of(self, path: &Path) -> DataError {
        DataError { path: path.to_path_buf(), damage: self }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Damage::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Damage::Compression(error) => write!(f, "is not an intact gzip file: {error}"),
            Damage::Magic { expected, found } => {
                write!(f, "is not the IDX file expected: it starts with {found:02x?}")?;
                write!(f, ", not with {expected:02x?}")
            }
            Damage::Length { expected, found } => {
                write!(f, "is damaged: {expected} bytes should be there, {found} are")
            }
            Damage::ImageSize { rows, columns } => {
                write!(f, "has images of {rows} × {columns} pixels, not {SIDE} × {SIDE}")
            }
            Damage::Label { index, label } => {
                write!(f, "is damaged: label {index} is {label}, not a digit")
            }
            Damage::Unpaired { images, labels } => {
                write!(f, "has {labels} labels for {images} images")
            }
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path.display(), self.damage)
    }
}

impl std::error::Error for DataError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data")
    }

    fn idx(dimensions: &[u32], elements: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, UNSIGNED_BYTE, dimensions.len() as u8];
        bytes.extend(dimensions.iter().flat_map(|dimension| dimension.to_be_bytes()));
        bytes.extend(elements);
        bytes
    }

    fn message<T>(result: Result<T, Damage>) -> String {
        result.err().expect("the file should be refused").to_string()
    }

    /// A folder that is removed at the end of its test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("mnist-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn fill(&self, set: &str, images: &[u8], labels: &[u8]) {
            fs::write(self.0.join(format!("{set}-images-idx3-ubyte")), images).unwrap();
            fs::write(self.0.join(format!("{set}-labels-idx1-ubyte")), labels).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn the_shipped_digits_are_complete_and_balanced() {
        let (train, test) = load(&shipped()).unwrap();
        assert_eq!((train.len(), test.len()), (6000, 1000));
        for digit in 0..CLASSES as u8 {
            assert_eq!(train.labels.iter().filter(|&&label| label == digit).count(), 600);
            assert_eq!(test.labels.iter().filter(|&&label| label == digit).count(), 100);
        }
        assert!(train.images.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
        assert_eq!(train.images.iter().cloned().fold(0.0, f32::max), 1.0);
        assert_eq!(train.image(5999).len(), PIXELS);
    }

    #[test]
    fn plain_files_are_read_too() {
        let folder = Folder::new("plain");
        let mut pixels = vec![0; 2 * PIXELS];
        pixels[PIXELS] = 255;
        for set in ["train", "t10k"] {
            folder.fill(set, &idx(&[2, 28, 28], &pixels), &idx(&[2], &[7, 1]));
        }
        let (train, _) = load(&folder.0).unwrap();
        assert_eq!(train.labels, [7, 1]);
        assert_eq!((train.image(0)[0], train.image(1)[0]), (0.0, 1.0));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = load(Path::new("no/such/folder")).err().unwrap().to_string();
        assert!(error.starts_with("no/such/folder/train-images-idx3-ubyte cannot be read"));
    }

    #[test]
    fn truncated_compression_is_refused() {
        let intact = fs::read(shipped().join("t10k-labels-idx1-ubyte.gz")).unwrap();
        assert!(decompress(&intact).is_ok());
        let refusal = message(decompress(&intact[..intact.len() / 2]));
        assert!(refusal.starts_with("is not an intact gzip file"));
    }

    #[test]
    fn damaged_content_is_refused() {
        let magic = "is not the IDX file expected: it starts with [00, 00, 08, 01], \
                     not with [00, 00, 08, 03]";
        assert_eq!(message(parse_images(&idx(&[16], &[0; 16]))), magic);
        let truncated = "is damaged: 784 bytes should be there, 783 are";
        assert_eq!(message(parse_images(&idx(&[1, 28, 28], &[0; 783]))), truncated);
        let size = "has images of 14 × 56 pixels, not 28 × 28";
        assert_eq!(message(parse_images(&idx(&[1, 14, 56], &[0; PIXELS]))), size);
        let header = "is damaged: 8 bytes should be there, 3 are";
        assert_eq!(message(parse_labels(&[0, 0, 8])), header);
        let label = "is damaged: label 1 is 10, not a digit";
        assert_eq!(message(parse_labels(&idx(&[2], &[9, 10]))), label);
    }

    #[test]
    fn images_without_labels_are_refused() {
        let folder = Folder::new("unpaired");
        folder.fill("train", &idx(&[1, 28, 28], &[0; PIXELS]), &idx(&[2], &[0, 1]));
        let error = load(&folder.0).err().unwrap().to_string();
        assert!(error.ends_with("train-labels-idx1-ubyte has 2 labels for 1 images"), "{error}");
    }
}
