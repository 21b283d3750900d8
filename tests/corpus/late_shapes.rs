//! Types that only the rest of a function tells: `Option`s, arrays, lists and structs.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, Default, PartialEq, Differentiable)]
    pub struct Memory {
        pub weights: [f64; 3],
        pub slots: Vec<Option<f64>>,
        pub last: Option<f64>,
    }

    #[differentiable]
    impl Memory {
        fn change(&mut self, value: f64) -> f64 {
            let last = self.last.take();
            self.last = Some(value);
            match last {
                Some(last) => value * last,
                None => value,
            }
        }

        fn replaced(&mut self, value: f64) -> f64 {
            if let Some(last) = self.last.replace(value) { last * last } else { value.sin() }
        }

        fn grown(&mut self, value: f64) -> f64 {
            let held = self.last.get_or_insert(value);
            *held *= value;
            *held
        }
    }

    #[differentiable]
    #[at(Memory { weights: [0.5, 1.0, 2.0], slots: vec![], last: None }, 0.75)]
    #[at(Memory { weights: [0.5, 1.0, 2.0], slots: vec![], last: Some(1.5) }, 0.75)]
    fn remembered(memory: Memory, x: f64) -> f64 {
        let mut memory = memory;
        let first = memory.change(x) + memory.change(x * x);
        first * memory.replaced(x) + memory.grown(x)
    }

    #[differentiable]
    #[at(Memory { weights: [0.5, 1.0, 2.0], slots: vec![], last: None }, 0.75)]
    fn mapped_as_the_result_is(memory: &Memory, x: f64) -> [f64; 3] {
        let mut weights = memory.weights;
        weights[0] *= x;
        weights.map(f64::sin)
    }

    #[differentiable]
    #[at(Memory { weights: [0.5, 1.0, 2.0], slots: vec![], last: Some(0.5) }, 0.75)]
    #[at(Memory { weights: [0.5, 1.0, 2.0], slots: vec![], last: None }, 0.75)]
    fn mapped_as_it_is_matched(memory: &Memory, x: f64) -> f64 {
        let scaled = memory.last.map(|v| v * x);
        match scaled {
            Some(v) => v * v,
            None => x,
        }
    }

    #[differentiable]
    #[at(Memory { weights: [0.5, 1.0, 2.0], slots: vec![Some(0.5), None], last: None }, 0.75)]
    fn elements_taken(memory: Memory, x: f64) -> f64 {
        let mut memory = memory;
        let mut sum = 0.0;
        for i in 0..2 {
            if let Some(v) = memory.slots[i].take() {
                sum += v * x;
            }
            memory.slots[i] = Some(sum);
        }
        let held = memory.slots[0].insert(x);
        *held *= 3.0;
        sum * memory.slots[0].unwrap() * memory.slots[1].unwrap()
    }

    #[differentiable]
    #[at([0.5, 1.5, -0.5])]
    fn put_in_where_there_is_none(x: &[f64]) -> f64 {
        let mut sum: Option<f64> = None;
        for &v in x {
            let sum = sum.get_or_insert_with(|| v * v);
            *sum += v.sin();
        }
        sum.insert(sum.unwrap() * 2.0).powi(2)
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Ring {
        pub held: [f64; 3],
        pub head: usize,
    }

    #[differentiable]
    impl Ring {
        fn empty() -> Self {
            Ring { held: [0.0; 3], head: 0 }
        }

        fn push(&mut self, value: f64) -> f64 {
            let old = self.held[self.head];
            self.held[self.head] = value;
            self.head = (self.head + 1) % 3;
            old
        }

        fn mean(&self) -> f64 {
            self.held.iter().sum::<f64>() / 3.0
        }
    }

    #[differentiable]
    #[at([1.0, 2.0, 4.0, 8.0, 16.0], 0.5)]
    fn pushed_to_a_struct(x: &[f64], k: f64) -> Vec<f64> {
        let mut ring = Ring::empty();
        let mut out = Vec::new();
        for v in x {
            let dropped = ring.push(v * k);
            out.push(ring.mean() - dropped);
        }
        out
    }

    #[differentiable]
    fn tail(x: &[f64]) -> Vec<f64> {
        x[1..].to_vec()
    }

    #[differentiable]
    fn split(x: &[f64]) -> (Vec<f64>, f64) {
        (x[1..].to_vec(), x[0])
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5])]
    fn given_and_lent(x: &[f64]) -> f64 {
        if x.is_empty() { 1.0 } else { x[0].sin() * given_and_lent(&tail(x)) + 1.0 }
    }

    #[differentiable]
    #[at([0.5, 1.5, 2.5])]
    fn given_named_and_lent(x: &[f64]) -> f64 {
        if x.is_empty() {
            return 1.0;
        }
        let rest = tail(x);
        let (same, first) = split(x);
        given_named_and_lent(&rest) + given_named_and_lent(&same[..]) * first
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
    pub struct V2 {
        pub x: f64,
        pub y: f64,
    }

    #[differentiable]
    impl std::ops::Add for V2 {
        type Output = V2;
        fn add(self, o: V2) -> V2 {
            V2 { x: self.x + o.x, y: self.y + o.y }
        }
    }

    #[differentiable]
    impl std::ops::Sub for V2 {
        type Output = V2;
        fn sub(self, o: V2) -> V2 {
            V2 { x: self.x - o.x, y: self.y - o.y }
        }
    }

    #[differentiable]
    impl std::ops::Mul<f64> for V2 {
        type Output = V2;
        fn mul(self, k: f64) -> V2 {
            V2 { x: self.x * k, y: self.y * k }
        }
    }

    #[differentiable]
    impl std::ops::AddAssign for V2 {
        fn add_assign(&mut self, o: V2) {
            self.x += o.x;
            self.y += o.y;
        }
    }

    #[differentiable]
    impl V2 {
        fn dot(self, o: V2) -> f64 {
            self.x * o.x + self.y * o.y
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Ray {
        pub origin: V2,
        pub along: V2,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Hit {
        pub t: f64,
        pub at: V2,
        pub normal: V2,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub enum Surface {
        Circle { centre: V2, radius: f64 },
        Line { normal: V2, offset: f64 },
    }

    #[differentiable]
    impl Surface {
        fn hit(&self, ray: &Ray) -> Option<Hit> {
            match self {
                Surface::Circle { centre, radius } => {
                    let from: V2 = ray.origin - *centre;
                    let b = from.dot(ray.along);
                    let root = b * b - from.dot(from) + radius * radius;
                    if root < 0.0 {
                        return None;
                    }
                    let t = -b - root.sqrt();
                    let at = ray.origin + ray.along * t;
                    Some(Hit { t, at, normal: (at - *centre) * radius.recip() })
                }
                Surface::Line { normal, offset } => {
                    let t = (offset - normal.dot(ray.origin)) / normal.dot(ray.along);
                    (t > 1e-6).then(|| Hit { t, at: ray.origin + ray.along * t, normal: *normal })
                }
            }
        }
    }

    #[differentiable]
    #[at(&[Surface::Circle { centre: V2 { x: 0.25, y: 4.0 }, radius: 1.0 }, Surface::Line { normal: V2 { x: 0.0, y: 1.0 }, offset: 8.0 }], Ray { origin: V2 { x: 0.5, y: 0.125 }, along: V2 { x: 0.0, y: 1.0 } })]
    #[at(&[Surface::Circle { centre: V2 { x: 0.25, y: 4.0 }, radius: 1.0 }, Surface::Line { normal: V2 { x: 0.0, y: 1.0 }, offset: 8.0 }], Ray { origin: V2 { x: 2.5, y: 0.125 }, along: V2 { x: 0.125, y: 1.0 } })]
    #[at(&[Surface::Line { normal: V2 { x: 0.0, y: 1.0 }, offset: -8.0 }], Ray { origin: V2 { x: 2.5, y: 0.125 }, along: V2 { x: 0.125, y: 1.0 } })]
    fn nearest_of_what_is_made(scene: &[Surface], ray: Ray) -> f64 {
        let nearest =
            scene.iter().filter_map(|s| s.hit(&ray)).min_by(|a, b| a.t.partial_cmp(&b.t).unwrap());
        let Some(Hit { t: _, at, normal }) = nearest else { return ray.along.x };
        let last = scene.iter().filter_map(|s| s.hit(&ray)).last();
        match last {
            Some(hit) => normal.dot(at) * hit.t,
            None => 0.0,
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Particle {
        pub position: V2,
        pub velocity: V2,
    }

    #[differentiable]
    fn accelerations(of: &[Particle]) -> Vec<V2> {
        of.iter().map(|p| p.position * -0.5).collect()
    }

    #[differentiable]
    #[at(vec![Particle { position: V2 { x: 0.5, y: 0.25 }, velocity: V2 { x: -0.5, y: 1.0 } }], 0.125)]
    fn scaled_and_added(particles: Vec<Particle>, dt: f64) -> f64 {
        let mut particles = particles;
        for _ in 0..2 {
            let pulls = accelerations(&particles);
            for (p, pull) in particles.iter_mut().zip(&pulls) {
                p.velocity += *pull * (0.5 * dt);
                p.position += p.velocity * dt;
            }
        }
        particles.iter().map(|p| p.velocity.dot(p.position)).sum()
    }

    #[derive(Clone, Differentiable)]
    struct Latch {
        held: Option<f64>,
        sum: f64,
    }

    /// That there is a default for what is taken or replaced tells that it was an `Option`.
    #[differentiable]
    impl Latch {
        fn release(&mut self, x: f64) {
            self.sum += self.held.take().unwrap_or(x * x);
        }

        fn renew(&mut self, x: f64) {
            let before = self.held.replace(self.sum * x);
            self.sum *= before.unwrap_or(x);
        }

        fn demand(&mut self) -> f64 {
            self.held.take().expect("held") * self.sum
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn latched(x: f64, y: f64) -> f64 {
        let mut latch = Latch { held: Some(x.sin()), sum: y };
        latch.release(x);
        latch.release(y);
        latch.renew(x * y);
        latch.renew(y);
        latch.demand()
    }

    #[derive(Clone, Differentiable)]
    struct Slot {
        value: f64,
    }

    #[derive(Clone, Differentiable)]
    struct Holder {
        slot: Slot,
    }

    #[differentiable]
    impl Slot {
        fn take(&mut self) -> Option<f64> {
            self.value *= self.value;
            Some(self.value)
        }
    }

    /// A method `take` of the struct's own, of a field that is bound with its type.
    #[differentiable]
    impl Holder {
        fn taken(&mut self, x: f64) -> f64 {
            let slot: &mut Slot = &mut self.slot;
            slot.take().unwrap_or(x) * x
        }
    }

    #[differentiable]
    #[at(0.7, 1.3)]
    fn held(x: f64, y: f64) -> f64 {
        let mut holder = Holder { slot: Slot { value: x.sin() } };
        holder.taken(y) * holder.taken(x)
    }
}
