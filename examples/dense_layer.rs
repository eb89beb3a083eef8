//! One dense layer by hand: `cargo run --example dense_layer`.
//!
//! The article that this project starts from takes X = (1, 2, 3), W = (0.1, 0.2, 0.3), b = (0.1, 0.2, 0.3) and
//! Z = X*W + b, A = sigmoid(Z), and prints Z = (0.4, 0.6, 0.8) and A = (0.6, 0.9, 0.99). Neither follows from its
//! formula. This program shows what does: element by element as the formula is written, and as the dense layer
//! that it stands for, where a unit sums over its inputs.

const X: [f64; 3] = [1.0, 2.0, 3.0];
const W: [f64; 3] = [0.1, 0.2, 0.3];
const B: [f64; 3] = [0.1, 0.2, 0.3];

/// The logistic function, from any number to between 0 and 1.
fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// X*W + b with `*` element by element.
fn elementwise(x: [f64; 3], w: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| x[i] * w[i] + b[i])
}

/// X·w + b of one unit: a dot product and one bias.
fn unit(x: [f64; 3], w: [f64; 3], b: f64) -> f64 {
    x.iter().zip(w).map(|(x, w)| x * w).sum::<f64>() + b
}

fn main() {
    let show = |numbers: [f64; 3]| numbers.map(|n| format!("{n:.4}")).join(", ");
    let z = elementwise(X, W, B);
    println!("X = ({})   W = ({})   b = ({})", show(X), show(W), show(B));
    println!();
    println!("element by element, Z[i] = X[i]*W[i] + b[i]");
    println!("  Z = ({})", show(z));
    println!("  A = ({})", show(z.map(sigmoid)));
    println!();
    println!("dense layer of one unit, Z = X[0]*W[0] + X[1]*W[1] + X[2]*W[2] + b");
    for b in B {
        let z = unit(X, W, b);
        println!("  b = {b:.1}: Z = {z:.4}, A = {:.4}", sigmoid(z));
    }
    println!();
    println!("the article prints Z = (0.4, 0.6, 0.8) and A = (0.6, 0.9, 0.99), which is neither");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 5e-5
    }

    #[test]
    fn the_formula_gives_these_numbers() {
        let z = elementwise(X, W, B);
        assert!(z.into_iter().zip([0.2, 0.6, 1.2]).all(|(a, b)| near(a, b)), "{z:?}");
        let a = z.map(sigmoid);
        assert!(a.into_iter().zip([0.5498, 0.6457, 0.7685]).all(|(a, b)| near(a, b)), "{a:?}");
    }

    #[test]
    fn a_unit_sums_over_its_inputs() {
        // 0.1 + 0.4 + 0.9 + 0.1 = 1.5
        assert!(near(unit(X, W, 0.1), 1.5));
        assert!(near(sigmoid(1.5), 0.8176));
    }

    #[test]
    fn the_printed_numbers_do_not_follow() {
        assert!(!elementwise(X, W, B).into_iter().zip([0.4, 0.6, 0.8]).all(|(a, b)| near(a, b)));
        assert!(![0.4, 0.6, 0.8].map(sigmoid).into_iter().zip([0.6, 0.9, 0.99]).all(|(a, b)| near(a, b)));
    }
}
