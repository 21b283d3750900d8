//! Fields that hold something or not, or a number of things, none of which has a derivative: what they hold when
//! the reverse sweep comes to them is not what they held when the sweep began.

use chainrule_oracle::corpus;

#[corpus]
mod cases {
    use chainrule::{Differentiable, differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Node {
        pub weight: f64,
        pub next: Option<usize>,
        pub marks: Vec<usize>,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub enum Mode {
        Idle,
        Waiting(usize),
        Done { after: usize, marks: Vec<bool> },
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct List {
        pub nodes: Vec<Node>,
        pub spare: Vec<Option<Node>>,
        pub head: Option<usize>,
        pub seen: Vec<usize>,
        pub places: Vec<Option<(usize, bool)>>,
        pub told: Result<usize, String>,
        pub mode: Mode,
        pub scale: f64,
    }

    #[differentiable]
    fn list(x: f64, y: f64, z: f64) -> List {
        let nodes: Vec<Node> =
            [x, y, z].iter().map(|w| Node { weight: *w, next: Some(1), marks: vec![7] }).collect();
        let spare = nodes.iter().map(|node| Some(node.clone())).collect();
        List {
            nodes,
            spare,
            head: None,
            seen: Vec::new(),
            places: vec![None],
            told: Err(String::from("no")),
            mode: Mode::Idle,
            scale: x * y,
        }
    }

    #[differentiable]
    impl List {
        fn link(&mut self) {
            let mut previous = None;
            for i in 0..3 {
                self.nodes[i].next = previous;
                previous = Some(i);
            }
            self.head = previous;
        }

        fn walk(&self) -> f64 {
            let mut sum = 0.0;
            let mut at = self.head;
            while let Some(i) = at {
                sum = sum * 0.5 + self.nodes[i].weight * self.nodes[i].weight;
                at = self.nodes[i].next;
            }
            sum * self.scale
        }

        /// Doubles the weight at the head, if there is one.
        fn run(&mut self) -> Option<f64> {
            let head: usize = self.head?;
            self.nodes[head].weight *= self.nodes[0].weight;
            Some(self.nodes[head].weight)
        }

        fn grow(&mut self, weight: f64) -> usize {
            self.nodes.push(Node { weight, next: self.head, marks: self.seen.clone() });
            self.head = Some(self.nodes.len() - 1);
            self.seen.push(self.nodes.len());
            self.places.push(self.head.map(|at| (at, true)));
            self.nodes.len()
        }

        fn step(&mut self) -> f64 {
            self.mode = match &self.mode {
                Mode::Idle => Mode::Waiting(2),
                Mode::Waiting(k) => Mode::Done { after: *k, marks: vec![true; 3] },
                Mode::Done { after, .. } => {
                    if *after > 1 {
                        Mode::Idle
                    } else {
                        Mode::Waiting(1)
                    }
                }
            };
            self.scale *= match self.mode {
                Mode::Idle => 1.5,
                Mode::Waiting(k) => k as f64,
                Mode::Done { .. } => self.nodes[1].weight,
            };
            self.told = if self.scale > 1.0 { Ok(1) } else { Err(String::from("small")) };
            self.scale * self.scale
        }
    }

    /// In a field of a struct in a list in a struct.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    #[at(99.0, 1.3, -0.4)]
    fn assigned(x: f64, y: f64, z: f64) -> f64 {
        let mut list: List = list(x, y, z);
        let place = [x, y, z].iter().position(|value| *value > 90.0);
        list.nodes[0].next = place;
        list.nodes[0].weight * list.nodes[1].weight
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn counted(x: f64, y: f64, z: f64) -> f64 {
        let mut list: List = list(x, y, z);
        let marks: Vec<usize> = (0..3).collect();
        for i in 0..3 {
            list.nodes[i].marks = marks.clone();
            list.nodes[i].weight *= y;
        }
        list.nodes[2].weight * list.nodes[1].weight
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn linked(x: f64, y: f64, z: f64) -> f64 {
        let mut list: List = list(x, y, z);
        list.link();
        list.walk()
    }

    /// Linked by a function, in a list of its own.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn by_function(x: f64, y: f64, z: f64) -> f64 {
        let mut nodes: Vec<Node> = list(x, y, z).nodes;
        link(&mut nodes);
        let mut sum = 0.0;
        let mut at = Some(2);
        while let Some(i) = at {
            sum = sum * 0.5 + nodes[i].weight * nodes[i].weight;
            at = nodes[i].next;
        }
        sum
    }

    #[differentiable]
    fn link(nodes: &mut [Node]) {
        let mut previous = None;
        for (i, node) in nodes.iter_mut().enumerate() {
            node.next = previous;
            node.weight *= 1.5;
            previous = Some(i);
        }
    }

    /// Changed between methods that change the rest.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn between(x: f64, y: f64, z: f64) -> f64 {
        let mut list = list(x, y, z);
        let none = list.run().unwrap_or(y);
        list.head = Some(1);
        let some = list.run().unwrap_or(z);
        list.head = None;
        let mut last = list.run().unwrap_or(x);
        for i in 0..3 {
            list.head = if i == 1 { None } else { Some(i) };
            last *= list.run().unwrap_or(0.5);
        }
        none * some * last
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn grown(x: f64, y: f64, z: f64) -> f64 {
        let mut list = list(x, y, z);
        for value in [y, z, x] {
            let count = list.grow(value * x);
            list.nodes[count - 1].weight *= list.nodes[0].weight;
            if list.seen.len() > 1 {
                list.seen.clear();
            }
        }
        list.walk() * list.seen.len() as f64
    }

    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn stepped(x: f64, y: f64, z: f64) -> f64 {
        let mut list = list(x, y, z);
        let mut sum = list.step();
        list.mode = Mode::Waiting(3);
        sum += list.step() * z;
        for _ in 0..4 {
            sum *= list.step();
            if matches!(list.mode, Mode::Waiting(_)) {
                list.mode = Mode::Idle;
            }
        }
        if list.told.is_ok() { sum } else { sum * 0.5 }
    }

    /// In what may be there.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn of_options(x: f64, y: f64, z: f64) -> f64 {
        let mut list: List = list(x, y, z);
        let mut previous = None;
        for i in 0..3 {
            if let Some(node) = list.spare[i].as_mut() {
                node.next = previous;
                node.weight *= z;
            }
            previous = Some(i);
        }
        let mut product = 1.0;
        for node in list.spare.iter().flatten() {
            product *= node.weight * if node.next.is_none() { 2.0 } else { 1.0 };
        }
        product
    }

    /// A field that is matched where it was assigned.
    #[differentiable]
    #[at(0.7, 1.3, -0.4)]
    fn matched(x: f64, y: f64, z: f64) -> f64 {
        let mut list: List = list(x, y, z);
        let mut sum = 0.0;
        let order = [Some(2), None, Some(0)];
        for (i, place) in order.iter().enumerate() {
            list.nodes[i].next = *place;
            sum += match list.nodes[i].next {
                Some(k) => list.nodes[k].weight * x,
                None => list.nodes[i].weight * y,
            };
            list.nodes[i].marks = vec![i; i + 1];
            let mark = list.nodes[i].marks[i];
            sum *= list.nodes[mark].weight;
        }
        sum
    }

    /// Fields without a derivative whose shapes change in one function, and are read in another.
    #[derive(Clone, Debug, PartialEq, Default, Differentiable)]
    pub struct Linked {
        pub mass: f64,
        pub next: Option<usize>,
        pub kids: [Option<usize>; 2],
        pub list: Vec<Option<usize>>,
        pub grid: Vec<Vec<usize>>,
        pub pair: Option<(usize, usize)>,
        pub many: Option<Vec<usize>>,
        #[constant]
        pub limit: Option<usize>,
    }

    #[differentiable]
    impl Linked {
        fn link(&mut self, to: usize) {
            self.next = Some(to);
            self.kids[1] = Some(to);
            self.list = vec![None, None];
            self.list[1] = Some(2);
            self.list.push(Some(to));
            self.grid = vec![vec![1], vec![0, to]];
            self.pair = Some((to, 1));
            self.many = Some(vec![to, 3]);
            self.limit = Some(to);
        }

        fn by_match(&self) -> f64 {
            match self.next {
                Some(k) => self.mass * self.mass * k as f64,
                None => self.mass,
            }
        }

        fn by_elements(&self) -> f64 {
            let mut sum = self.mass.powi(self.list[2].unwrap() as i32);
            if let Some(k) = self.kids[1] {
                sum += self.mass * self.grid[1][1] as f64 / k as f64;
            }
            sum * self.list[1].unwrap() as f64
        }

        fn by_parts(&self) -> f64 {
            let mut sum = self.limit.map_or(self.mass, |k| self.mass * k as f64);
            if let Some((a, b)) = self.pair {
                sum *= self.mass * (a as f64 + b as f64);
            }
            if let Some(many) = &self.many {
                for i in many {
                    sum += self.mass * *i as f64;
                }
            }
            sum + self.next.map_or(self.mass, |k| self.mass.sin() * k as f64)
        }
    }

    #[differentiable]
    #[at(0.5, 3)]
    fn read_elsewhere(x: f64, to: usize) -> f64 {
        let mut linked = Linked { mass: x, ..Default::default() };
        let before = linked.by_match();
        linked.link(to);
        let other = Linked { next: Some(to + 2), mass: x * x, ..linked.clone() };
        let replaced = linked.next.replace(5).unwrap();
        let product = linked.by_match() * linked.by_elements() * replaced as f64;
        product + before * linked.by_parts() + other.by_match()
    }
}
