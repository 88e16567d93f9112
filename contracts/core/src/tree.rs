//! Binary Merkle trees: leaf tag 0x00, node tag 0x01, an odd node is promoted, the empty root is 32 zero bytes.

use crate::encoding::Preimage;
use crate::hash::{sha256, Hash, ZERO_HASH};

/// Leaf of chunk `index` (counted from 0) of the file at `path`.
pub fn leaf_chunk(path: &str, index: u64, chunk: &[u8]) -> Hash {
    let head = Preimage::tagged("").u8(0x00).framed(path.as_bytes()).u64(index).into_bytes();
    sha256(&[&head, chunk])
}

pub fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[0x01], left, right])
}

fn level_above(level: &[Hash]) -> Vec<Hash> {
    level
        .chunks(2)
        .map(|pair| match pair {
            [left, right] => node(left, right),
            odd => odd[0],
        })
        .collect()
}

pub fn merkle_root(leaves: &[Hash]) -> Hash {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level_above(&level);
    }
    level.first().copied().unwrap_or(ZERO_HASH)
}

/// Siblings of leaf `index` from the bottom up; none where the node is promoted, none at all for an index outside.
pub fn merkle_path(leaves: &[Hash], index: usize) -> Vec<Hash> {
    let mut path = Vec::new();
    let mut level = leaves.to_vec();
    let mut position = index;
    while level.len() > 1 {
        path.extend(level.get(position ^ 1).copied());
        level = level_above(&level);
        position /= 2;
    }
    path
}

/// A leaf's claimed place: its index in a tree of `leaves` leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub index: u64,
    pub leaves: u64,
}

/// Whether `path` leads from `leaf` at its place to `root`, with no sibling missing or left over.
pub fn verify_path(leaf: &Hash, place: Place, path: &[Hash], root: &Hash) -> bool {
    let Place { mut index, mut leaves } = place;
    if index >= leaves {
        return false;
    }
    let mut hash = *leaf;
    let mut siblings = path.iter();
    while leaves > 1 {
        let promoted = index % 2 == 0 && index + 1 == leaves;
        if !promoted {
            let Some(sibling) = siblings.next() else {
                return false;
            };
            hash = if index % 2 == 0 { node(&hash, sibling) } else { node(sibling, &hash) };
        }
        index /= 2;
        leaves = leaves.div_ceil(2);
    }
    siblings.next().is_none() && hash == *root
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|i| leaf_chunk("model.gguf", i, &i.to_be_bytes())).collect()
    }

    #[test]
    fn the_empty_tree_has_a_zero_root() {
        assert_eq!(merkle_root(&[]), ZERO_HASH);
    }

    #[test]
    fn a_single_leaf_is_its_own_root() {
        let only = leaves(1);
        assert_eq!(merkle_root(&only), only[0]);
    }

    #[test]
    fn a_sibling_left_over_is_refused() {
        let all = leaves(3);
        let root = merkle_root(&all);
        let mut path = merkle_path(&all, 2);
        let place = Place { index: 2, leaves: 3 };
        assert!(verify_path(&all[2], place, &path, &root));
        path.push([0; 32]);
        assert!(!verify_path(&all[2], place, &path, &root));
    }

    #[test]
    fn an_index_outside_the_tree_is_refused() {
        let all = leaves(2);
        let place = Place { index: 2, leaves: 2 };
        assert!(!verify_path(&all[0], place, &[all[1]], &merkle_root(&all)));
    }

    proptest! {
        #[test]
        fn every_leaf_has_a_path_and_only_at_its_own_place(count in 1u64..40, pick in any::<u64>()) {
            let all = leaves(count);
            let root = merkle_root(&all);
            let index = pick % count;
            let leaf = all[index as usize];
            let path = merkle_path(&all, index as usize);
            for claimed in 0..count {
                let place = Place { index: claimed, leaves: count };
                prop_assert_eq!(verify_path(&leaf, place, &path, &root), claimed == index);
            }
        }
    }
}
