//! a * b / c with a 256-bit intermediate, so that amounts never lose digits on the way.

use crate::error::{CoreError, Result};

const LOW: u128 = u64::MAX as u128;

/// floor(a * b / c).
pub fn mul_div_floor(a: u128, b: u128, c: u128) -> Result<u128> {
    mul_div(a, b, c).map(|(quotient, _)| quotient)
}

/// ceil(a * b / c).
pub fn mul_div_ceil(a: u128, b: u128, c: u128) -> Result<u128> {
    let (quotient, remainder) = mul_div(a, b, c)?;
    let round_up = u128::from(remainder != 0);
    quotient.checked_add(round_up).ok_or(CoreError::overflow("quotient"))
}

fn mul_div(a: u128, b: u128, c: u128) -> Result<(u128, u128)> {
    if c == 0 {
        return Err(CoreError::DivisionByZero { what: "product" });
    }
    if let Some(product) = a.checked_mul(b) {
        return Ok((product / c, product % c));
    }
    let (high, low) = mul_wide(a, b);
    if high >= c {
        return Err(CoreError::overflow("quotient"));
    }
    Ok(div_wide(high, low, c))
}

/// The full product as (high, low) halves.
fn mul_wide(a: u128, b: u128) -> (u128, u128) {
    let (a1, a0) = (a >> 64, a & LOW);
    let (b1, b0) = (b >> 64, b & LOW);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 64);
    let cross = a0 * b1 + (middle & LOW);
    let high = a1 * b1 + (middle >> 64) + (cross >> 64);
    (high, (cross << 64) | (low & LOW))
}

/// Binary long division; `high < c` keeps the quotient within 128 bits.
fn div_wide(high: u128, low: u128, c: u128) -> (u128, u128) {
    let mut remainder = high;
    let mut quotient = 0u128;
    for bit in (0..128).rev() {
        let carry = remainder >> 127;
        remainder = (remainder << 1) | ((low >> bit) & 1);
        if carry == 1 || remainder >= c {
            remainder = remainder.wrapping_sub(c);
            quotient |= 1 << bit;
        }
    }
    (quotient, remainder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_product_beyond_128_bits_divides_exactly() {
        assert_eq!(mul_div_floor(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
        assert_eq!(mul_div_ceil(u128::MAX, 2, 3), Ok(u128::MAX / 3 * 2));
        assert_eq!(mul_div_ceil(u128::MAX, 2, 4), Ok(1 << 127));
        assert_eq!(mul_div_floor(u128::MAX, 2, 4), Ok((1 << 127) - 1));
    }

    #[test]
    fn a_quotient_beyond_128_bits_and_a_zero_divisor_are_refused() {
        assert_eq!(mul_div_floor(u128::MAX, 2, 1), Err(CoreError::overflow("quotient")));
        assert!(mul_div_floor(1, 1, 0).is_err());
    }

    proptest! {
        #[test]
        fn long_division_inverts_the_product(a in any::<u128>(), b in any::<u128>(), r in any::<u128>()) {
            prop_assume!(b > 0);
            let r = r % b;
            let (high, low) = mul_wide(a, b);
            let (low, carry) = low.overflowing_add(r);
            let high = high + u128::from(carry);
            prop_assert_eq!(div_wide(high, low, b), (a, r));
        }

        #[test]
        fn the_ceiling_is_the_floor_or_one_more(a in any::<u64>(), b in any::<u64>(), c in 1u64..) {
            let (a, b, c) = (u128::from(a), u128::from(b), u128::from(c));
            prop_assert_eq!(mul_div_floor(a, b, c).unwrap(), a * b / c);
            prop_assert_eq!(mul_div_ceil(a, b, c).unwrap(), (a * b).div_ceil(c));
        }
    }
}
