//! The curves as an SVG file.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::{Curve, Point};

const SIZE: (u32, u32) = (1000, 460);
const COLOURS: [RGBColor; 8] = [
    RGBColor(31, 119, 180),
    RGBColor(214, 39, 40),
    RGBColor(44, 160, 44),
    RGBColor(148, 103, 189),
    RGBColor(255, 127, 14),
    RGBColor(140, 86, 75),
    RGBColor(227, 119, 194),
    RGBColor(100, 100, 100),
];

/// Draws the derivative's time on the left and its tape on the right, both over the primal's time.
pub fn draw(curves: &[Curve], file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(SIZE.0 / 2);
    panel(&left, "time of the derivative in µs", curves, |point| point.derivative)?;
    panel(&right, "tape of the derivative in bytes", curves, |point| point.bytes as f64)?;
    area.present()?;
    Ok(())
}

/// The decades that hold all of the values.
fn range(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) =
        values.fold((f64::MAX, f64::MIN_POSITIVE), |(low, high), v| (v.min(low), v.max(high)));
    10_f64.powf(low.log10().floor())..10_f64.powf(high.log10().ceil())
}

fn panel<'a>(
    area: &DrawingArea<SVGBackend<'a>, Shift>,
    title: &str,
    curves: &[Curve],
    value: fn(&Point) -> f64,
) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>> {
    // There is no logarithm of an eval without a tape.
    let drawn = |curve: &Curve| -> Vec<(f64, f64)> {
        let points = curve.points.iter().map(|point| (point.primal, value(point)));
        points.filter(|(_, value)| *value > 0.0).collect()
    };
    let all: Vec<(f64, f64)> = curves.iter().flat_map(drawn).collect();
    let across = range(all.iter().map(|point| point.0));
    let up = range(all.iter().map(|point| point.1));
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(across.log_scale(), up.log_scale())?;
    let plain = |value: &f64| format!("{value:e}");
    chart
        .configure_mesh()
        .x_desc("time of the primal in µs")
        .x_label_formatter(&plain)
        .y_label_formatter(&plain)
        .max_light_lines(0)
        .draw()?;
    for (curve, colour) in curves.iter().zip(&COLOURS) {
        let points = drawn(curve);
        chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?;
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 2, colour.filled())))?;
        if let Some(last) = points.last() {
            let style = ("sans-serif", 13).into_font().color(colour);
            chart.draw_series([Text::new(curve.eval, *last, style)])?;
        }
    }
    Ok(())
}
