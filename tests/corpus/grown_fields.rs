//! Vectors of structs that are part of something and grow or shrink there.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
    pub struct Mass {
        pub weight: f64,
        pub at: [f64; 2],
    }

    #[derive(Clone, Debug, Default, PartialEq, Differentiable)]
    pub struct Heap {
        pub masses: Vec<Mass>,
        pub bins: Vec<Vec<Mass>>,
        pub last: Option<Mass>,
    }

    #[differentiable]
    fn made(x: f64, y: f64) -> Heap {
        let first = Mass { weight: x, at: [y, x * y] };
        let second = Mass { weight: y.sin(), at: [x, 1.0] };
        Heap { masses: vec![first, second], bins: vec![vec![second], Vec::new()], last: None }
    }

    #[differentiable]
    fn summed(heap: &Heap) -> f64 {
        let mut s = heap.last.map_or(1.0, |mass| mass.weight * mass.at[1]);
        for (i, mass) in heap.masses.iter().enumerate() {
            s += mass.weight * (mass.at[0] + s * mass.at[1]) * (i + 1) as f64;
        }
        for bin in &heap.bins {
            for mass in bin {
                s *= 1.0 + 0.1 * mass.weight;
            }
        }
        s
    }

    #[differentiable]
    fn insert_own(heap: &mut Heap) -> f64 {
        heap.masses.insert(0, heap.masses[1]);
        heap.last = Some(heap.masses[0]);
        heap.masses[0].weight
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn inserted(x: f64, y: f64) -> f64 {
        let mut heap = made(x, y);
        insert_own(&mut heap) * summed(&heap)
    }

    #[differentiable]
    fn extend_from_lists(heap: &mut Heap, x: f64) -> f64 {
        heap.masses.extend(vec![Mass { weight: x, at: [x * x, 1.0] }]);
        heap.masses.extend_from_slice(&[Mass::default()]);
        heap.masses[2].weight * heap.masses[1].at[0]
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn extended(x: f64, y: f64) -> f64 {
        let mut heap = made(x, y);
        extend_from_lists(&mut heap, x * y) * summed(&heap)
    }

    #[differentiable]
    fn sort_into_bins(heap: &mut Heap, x: f64) {
        for i in 0..2 {
            heap.bins[i].push(Mass { weight: x * heap.masses[0].weight, at: [0.0, x] });
            if let Some(mass) = heap.masses.pop() {
                heap.bins[1 - i].push(mass);
            }
            heap.masses.push(heap.bins[0][0]);
        }
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn binned(x: f64, y: f64) -> f64 {
        let mut heap = made(x, y);
        sort_into_bins(&mut heap, x + y);
        summed(&heap)
    }

    #[differentiable]
    fn replace_by_update(heap: &mut Heap) -> f64 {
        heap.masses[1] = Mass { weight: heap.masses[0].weight, ..heap.masses[1] };
        heap.masses[1].weight * heap.masses[1].at[0]
    }

    #[differentiable]
    #[at(0.5, 1.5)]
    fn replaced(x: f64, y: f64) -> f64 {
        let mut heap = made(x, y);
        replace_by_update(&mut heap) * summed(&heap)
    }

    #[differentiable]
    fn stack(bins: &mut [Vec<Mass>], x: f64) -> f64 {
        let top = bins[0][0];
        bins[1].push(top);
        bins[1].push(Mass { weight: x * top.weight, ..top });
        bins[1][0].weight * bins[1][1].weight
    }

    #[differentiable]
    #[at(0.5, 1.5, 3)]
    fn stacked(x: f64, y: f64, n: usize) -> f64 {
        let mut heap = made(x, y);
        let mut s = 1.0;
        for _ in 0..n {
            s += stack(&mut heap.bins, s);
            heap.bins[0] = heap.bins[1].clone();
        }
        s * summed(&heap)
    }

    #[differentiable]
    fn fill(x: f64, masses: &mut Vec<Mass>, points: &mut Vec<[f64; 2]>) {
        masses.push(Mass { weight: x, at: [1.0, x] });
        points.push([x, x * x]);
    }

    /// What the vectors hold is told by the function that fills them alone.
    #[differentiable]
    #[at(0.5, 3)]
    #[at(0.75, 0)]
    fn filled_by_a_function(x: f64, n: usize) -> f64 {
        let mut masses = Vec::new();
        let mut points = vec![];
        let mut y = x;
        for i in 0..n {
            fill(y, &mut masses, &mut points);
            y += masses[i].weight * x * points[i][1];
        }
        y
    }

    pub type Row = Vec<f64>;
    pub type Rows = Vec<Vec<f64>>;

    #[differentiable]
    fn exponentials(row: &mut Row) {
        for v in row.iter_mut() {
            *v = v.exp();
        }
    }

    #[differentiable]
    fn lengthen(row: &mut Row, x: f64) -> f64 {
        exponentials(row);
        row.push(x * row[0]);
        let kept = Some(row.clone());
        match kept {
            Some(kept) => kept[0] * kept[1] * x,
            None => x,
        }
    }

    #[differentiable]
    fn of_rows(rows: &mut Rows) -> f64 {
        for row in rows.iter_mut() {
            for v in row.iter_mut() {
                *v = v.sin();
            }
        }
        rows[0][0] * rows[1][1]
    }

    #[differentiable]
    #[at(0.5)]
    #[at(-0.75)]
    fn behind_aliases(x: f64) -> f64 {
        let mut row: Row = vec![x, x * x];
        exponentials(&mut row);
        let mut rows: Rows = vec![row.clone(), vec![x, row[1]]];
        row[0] * row[1] * lengthen(&mut row, x) + row[2] * of_rows(&mut rows)
    }

    #[differentiable]
    fn transposed(rows: &Rows) -> Rows {
        (0..rows[0].len()).map(|j| rows.iter().map(|row| row[j]).collect()).collect()
    }

    #[differentiable]
    fn squares(x: &[f64]) -> Row {
        x.iter().map(|v| v * v).collect()
    }

    #[differentiable]
    #[at([0.5, 1.5, -0.75, 2.0])]
    fn collected_into_aliases(x: &[f64]) -> f64 {
        let rows: Rows = x.chunks(2).map(|chunk| chunk.to_vec()).collect();
        let columns = transposed(&rows);
        let squared = squares(x);
        let scaled = x.iter().map(|v| v * squared[0]).collect::<Row>();
        columns[0][1] * columns[1][0] * rows[0][0] + squared[1] * scaled[2]
    }
}
