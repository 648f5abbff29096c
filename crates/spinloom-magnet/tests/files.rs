//! Files of a film: what OOMMF, mumax3 and Ubermag write is read, and what is written comes back.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use proptest::prelude::*;
use spinloom_magnet::MagnetError;
use spinloom_magnet::file::FileError;
use spinloom_magnet::film::{Grid, PerCell, VectorField};
use spinloom_magnet::ovf::{Format, Ovf, Version, read, read_all, read_file};
use spinloom_magnet::picture::{Picture, direction_colour, diverging_colour};
use spinloom_magnet::table::{Column, Table, TableError};
use spinloom_magnet::vtk::{Image, Series};
use std::path::PathBuf;

const FORMATS: [Format; 3] = [Format::Text, Format::Binary4, Format::Binary8];

/// The field dumps of OOMMF, where they are present.
fn dumps() -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os("SPINLOOM_DATA").map(|f| PathBuf::from(f).join("mumag/fields"));
    let Some(entries) = folder.and_then(|f| std::fs::read_dir(f).ok()) else {
        println!("not run: the data set mumag is not here; SPINLOOM_DATA names no folder with it");
        return None;
    };
    let mut files: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    files.sort();
    Some(files)
}

fn name(path: &std::path::Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_dump_of_oommf_is_read_and_comes_back_bit_for_bit() {
    let Some(files) = dumps() else { return };
    assert_eq!(files.len(), 31);
    for path in files {
        let field = read_file(&path).unwrap();
        let m: VectorField<f64> = field.vectors().unwrap();
        assert_eq!((m.len(), field.labels.len(), field.units.len()), (field.grid.len(), 3, 3), "{}", path.display());
        let version = if name(&path).ends_with("start.omf") { Version::One } else { Version::Two };
        // Version 1.0 here is by an early Ubermag, which gave the mesh unit as 1.0.
        assert_eq!(field.notes.len(), usize::from(version == Version::One), "{:?}", field.notes);
        assert_eq!(field.time.is_some(), version == Version::Two);
        if name(&path).contains("Spin") {
            assert!((0..m.len()).all(|c| (m.get(c).iter().map(|v| v * v).sum::<f64>().sqrt() - 1.0).abs() < 1e-12));
        }
        for format in [Format::Text, Format::Binary8] {
            let back = read(&field.to_bytes(format, version).unwrap()).unwrap();
            assert_eq!(back.values, field.values);
            assert_eq!((back.grid, &back.title, &back.units, back.time), (field.grid, &field.title, &field.units, field.time));
            assert_eq!(back.descriptions, field.descriptions);
        }
    }
}

#[test]
fn both_byte_orders_of_the_same_field_agree() {
    // OOMMF was given its initial state as version 1.0, big endian, and wrote it, of unit length, as 2.0, little endian.
    let Some(files) = dumps() else { return };
    let mut compared = 0;
    for start in files.iter().filter(|f| name(f).ends_with("-start.omf")) {
        let prefix = name(start).replace("start.omf", "Oxs_TimeDriver-Spin-");
        let Some(spin) = files.iter().find(|f| name(f).starts_with(&prefix)) else { continue };
        let (start, spin) = (read_file(start).unwrap(), read_file(spin).unwrap());
        assert_eq!(start.grid.cells(), spin.grid.cells());
        let (a, b) = (start.vectors::<f64>().unwrap(), spin.vectors::<f64>().unwrap());
        for cell in 0..a.len() {
            let length = a.get(cell).iter().map(|v| v * v).sum::<f64>().sqrt();
            for (x, y) in a.get(cell).into_iter().zip(b.get(cell)) {
                assert!((x / length - y).abs() < 1e-12, "{} cell {cell}: {x} and {y}", spin.title);
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 8);
}

#[test]
fn a_file_as_mumax3_writes_it_is_read() {
    let text = "# OOMMF OVF 2.0\n# Segment count: 1\n# Begin: Segment\n# Begin: Header\n# Title: m\n# meshtype: rectangular\n# meshunit: m\n\
        # xmin: 0\n# ymin: 0\n# zmin: 0\n# xmax: 1e-08\n# ymax: 5e-09\n# zmax: 3e-09\n# valuedim: 3\n# valuelabels: m_x m_y m_z\n\
        # valueunits: 1 1 1\n# Desc: Total simulation time:  1.2e-10  s\n# xbase: 2.5e-09\n# ybase: 2.5e-09\n# zbase: 1.5e-09\n\
        # xnodes: 2\n# ynodes: 1\n# znodes: 1\n# xstepsize: 5e-09\n# ystepsize: 5e-09\n# zstepsize: 3e-09\n# End: Header\n\
        # Begin: Data Text\n1 0 0 \n0 0.6 -0.8 \n# End: Data Text\n# End: Segment\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let field = read(text.as_bytes()).unwrap();
        assert_eq!((field.title.as_str(), field.time, field.grid.cells()), ("m", Some(1.2e-10), [2, 1, 1]));
        assert_eq!(field.labels, ["m_x", "m_y", "m_z"]);
        assert_eq!(field.values, [[1.0, 0.0], [0.0, 0.6], [0.0, -0.8]]);
        assert!(field.origin.iter().all(|o| o.abs() < 1e-20) && field.notes.is_empty() && field.descriptions.is_empty());
    }
    // Its version 1.0 has the time in another form.
    let old = text.replace("Total simulation time:  1.2e-10  s", "Time (s) :  1.2e-10");
    assert_eq!(read(old.as_bytes()).unwrap().time, Some(1.2e-10));
}

#[test]
fn a_file_as_ubermag_writes_it_is_read() {
    let header = "# OOMMF OVF 2.0\n#\n# Segment count: 1\n#\n# Begin: Segment\n# Begin: Header\n#\n# Title: Field\n\
        # Desc: File generated by Field class\n# meshunit: m\n# meshtype: rectangular\n# xbase: -2.5e-09\n# ybase: 2.5e-09\n\
        # zbase: 1.5e-09\n# xnodes: 2\n# ynodes: 1\n# znodes: 1\n# xstepsize: 5e-09\n# ystepsize: 5e-09\n# zstepsize: 3e-09\n\
        # xmin: -5e-09\n# ymin: 0.0\n# zmin: 0.0\n# xmax: 5e-09\n# ymax: 5e-09\n# zmax: 3e-09\n# valuedim: 1\n\
        # valuelabels: field_x\n# valueunits: None\n#\n# End: Header\n#\n# Begin: Data ";
    let text = format!("{header}Text\n 1.5\n -2e-07\n# End: Data Text\n# End: Segment\n");
    let mut binary = format!("{header}Binary 8\n").into_bytes();
    for value in [123_456_789_012_345.0f64, 1.5, -2e-7] {
        binary.extend_from_slice(&value.to_le_bytes());
    }
    binary.extend_from_slice(b"\n# End: Data Binary 8\n# End: Segment\n");
    for bytes in [text.into_bytes(), binary] {
        let field = read(&bytes).unwrap();
        assert_eq!(field.values, [[1.5, -2e-7]]);
        assert!((field.origin[0] + 5e-9).abs() < 1e-20 && field.time.is_none() && field.notes.is_empty());
        assert_eq!((field.labels[0].as_str(), field.units[0].as_str()), ("field_x", "None"));
    }
}

#[test]
fn headers_with_comments_other_units_and_quoted_lists_are_read() {
    let text = "# OOMMF OVF 2.0\n## a comment\n#\n# Segment count: 1\n# BEGIN: segment\n# begin: header\n# title: energy ## of what\n\
        # mesh unit: nm\n#\n# MeshType: Rectangular\n# xbase: 10\n# ybase: 10\n# zbase: 1\n# xnodes: 2\n# ynodes: 1\n# znodes: 1\n\
        # xstepsize: 4\n# ystepsize: 4\n# zstepsize: 2\n# valuedim: 2\n# valuelabels: {Total energy density} \"of which exchange\"\n\
        # valueunits: J/m^3\n# End: Header\n# Begin: data text\n## four values\n 1 2 # in one line\n3\t4\n\n# End: data text\n\
        # End: Segment\n";
    let field = read(text.as_bytes()).unwrap();
    assert_eq!(field.values, [[1.0, 3.0], [2.0, 4.0]]);
    assert_eq!(
        (field.title.as_str(), field.labels.as_slice()),
        ("energy", &["Total energy density", "of which exchange"].map(String::from)[..])
    );
    assert_eq!(field.units, ["J/m^3", "J/m^3"]);
    assert!((field.grid.cell_size()[0] - 4e-9).abs() < 1e-20 && (field.origin[0] - 8e-9).abs() < 1e-20);
    assert!(field.vectors::<f64>().is_err());
    // One component whose name of several words is not quoted, as OOMMF's guide prints it.
    let one = text
        .replace("valuedim: 2", "valuedim: 1")
        .replace("{Total energy density} \"of which exchange\"", "Exchange energy density");
    assert_eq!(read(one.replace("1 2", "1").replace("\t4", "").as_bytes()).unwrap().labels, ["Exchange energy density"]);
}

#[test]
fn version_1_multiplies_and_of_several_segments_the_first_is_read() {
    let grid = Grid::new([2, 1, 1], [5e-9; 3]).unwrap();
    let field = Ovf::of_vectors(&grid, "M", "A/m", &VectorField::<f64>::uniform(2, [0.5, 0.0, -1.0])).unwrap();
    let text = String::from_utf8(field.to_bytes(Format::Text, Version::One).unwrap()).unwrap();
    let scaled = text.replace("valuemultiplier: 1\n", "valuemultiplier: 8e5\n").replace("Segment count: 1", "Segment count: 2");
    let second = text[text.find("# Begin: Segment").unwrap()..].to_owned();
    let both = scaled + &second;
    let first = read(both.as_bytes()).unwrap();
    assert_eq!((first.vectors::<f64>().unwrap().get(1), first.units[0].as_str()), ([4e5, 0.0, -8e5], "A/m"));
    assert_eq!(first.notes, ["the file has 2 segments, of which the first was read"]);
    let all = read_all(both.as_bytes()).unwrap();
    assert_eq!((all.len(), all[1].vectors::<f64>().unwrap().get(0)), (2, [0.5, 0.0, -1.0]));
}

fn shape() -> impl Strategy<Value = (Grid, usize)> {
    ((1usize..6, 1usize..5, 1usize..4), 1usize..5, prop::array::uniform3(1e-11..1e-6f64))
        .prop_map(|((x, y, z), components, size)| (Grid::new([x, y, z], size).unwrap(), components))
}

/// Numbers of every size, from single precision so that all formats hold them exactly.
fn values(count: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL | prop::num::f32::ZERO, count)
        .prop_map(|v| v.into_iter().map(f64::from).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]
    #[test]
    fn any_field_comes_back_from_any_ovf(
        (field, format, version) in shape().prop_flat_map(|(grid, components)| {
            let values = prop::collection::vec(values(grid.len()), components);
            let texts = prop::collection::vec(r"[a-zA-Z/^{}0-9 µ]{0,12}", 2 * components + 2);
            (Just(grid), values, texts, prop::option::of(0.0..1e-6f64), prop::array::uniform3(-1e-6..1e-6f64), 0usize..3, any::<bool>())
        }).prop_map(|(grid, values, texts, time, origin, format, old)| {
            let n = values.len();
            let old = old && n == 3;
            let mut field = Ovf::new(&grid, texts[2 * n].trim(), &vec!["x"; n], texts[2 * n + 1].trim(), values).unwrap();
            if old {
                field.labels = ["x", "y", "z"].map(String::from).to_vec();
            } else {
                field.labels = texts[..n].to_vec();
                field.units = texts[n..2 * n].to_vec();
            }
            field.descriptions = vec![texts[0].trim().to_owned()];
            (field.time, field.origin) = (time, origin);
            (field, FORMATS[format], if old { Version::One } else { Version::Two })
        })
    ) {
        let back = read(&field.to_bytes(format, version).unwrap()).unwrap();
        prop_assert_eq!(&back.values, &field.values);
        for axis in 0..3 {
            prop_assert!((back.origin[axis] - field.origin[axis]).abs() < 1e-21);
        }
        let same = |f: &Ovf| (f.grid, f.title.clone(), f.labels.clone(), f.units.clone(), f.descriptions.clone(), f.time);
        prop_assert_eq!(same(&back), same(&field));
    }

    #[test]
    fn any_field_comes_back_from_vtk((grid, m, ms) in shape().prop_flat_map(|(grid, _)| {
        (Just(grid), prop::collection::vec(values(grid.len()), 3), values(grid.len()))
    })) {
        let field = VectorField { x: m[0].clone(), y: m[1].clone(), z: m[2].clone() };
        let single = PerCell::Cells(ms.iter().map(|v| *v as f32).collect());
        let regions: Vec<u16> = (0..grid.len()).map(|c| (c % 7) as u16).collect();
        let image = Image::new(&grid).with_time(1e-9).vectors("m", &field).unwrap().scalars("<\"Ms\">", &single).unwrap();
        let bytes = image.integers("regions", &regions).unwrap().to_bytes();
        let arrays = appended(&bytes);
        let doubles: Vec<f64> = arrays[0].chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
        prop_assert_eq!(doubles, (0..grid.len()).flat_map(|c| field.get(c)).collect::<Vec<_>>());
        let singles: Vec<f64> = arrays[1].chunks_exact(4).map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap()))).collect();
        prop_assert_eq!(singles, ms);
        let whole: Vec<i64> = arrays[2].chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap())).collect();
        prop_assert_eq!(whole, regions.into_iter().map(i64::from).collect::<Vec<_>>());
    }

    #[test]
    fn any_series_comes_back(entries in prop::collection::vec((0.0..1.0f64, r#"[a-z0-9._&<>" ]{1,12}"#), 0..5)) {
        let series = Series { entries };
        prop_assert_eq!(Series::parse(&series.to_xml()), Some(series));
    }

    #[test]
    fn any_table_comes_back_as_csv_and_npz(rows in prop::collection::vec(values(3), 0..8), kept in 0usize..8) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        let columns = [Column::new("t", "s"), Column::new("m_x", ""), Column::new("E_total", "J")];
        let mut table = Table::create(&path, &columns).unwrap();
        rows.iter().for_each(|r| table.append(r).unwrap());
        // As if a run was killed there and went on from a checkpoint.
        let kept = kept.min(rows.len());
        let mut table = Table::resume(&path, &columns, Some(kept as u64)).unwrap();
        rows[kept..].iter().for_each(|r| table.append(r).unwrap());
        let records = spinloom_magnet::table::read_file(&path).unwrap();
        prop_assert_eq!(&records.columns[..], &columns[..]);
        let mut npz = ndarray_npy::NpzReader::new(std::io::Cursor::new(records.to_npz().unwrap())).unwrap();
        for (c, column) in columns.iter().enumerate() {
            let expected: Vec<f64> = rows.iter().map(|r| r[c]).collect();
            prop_assert_eq!(records.column(&column.name).unwrap(), &expected[..]);
            let array: ndarray::Array1<f64> = npz.by_name(&column.name).unwrap();
            prop_assert_eq!(array.to_vec(), expected);
        }
    }
}

/// The arrays of a `.vti` file, found by the offsets that its elements name.
fn appended(bytes: &[u8]) -> Vec<&[u8]> {
    let mark = b"<AppendedData encoding=\"raw\">\n_";
    let start = bytes.windows(mark.len()).position(|w| w == mark).unwrap();
    let head = std::str::from_utf8(&bytes[..start]).unwrap();
    let data = &bytes[start + mark.len()..];
    let offsets = head.split("offset=\"").skip(1).map(|rest| rest.split('"').next().unwrap().parse::<usize>().unwrap());
    offsets
        .map(|at| {
            let length = u64::from_le_bytes(data[at..at + 8].try_into().unwrap()) as usize;
            &data[at + 8..at + 8 + length]
        })
        .collect()
}

#[test]
fn a_table_that_was_killed_in_a_row_goes_on_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    let columns = [Column::new("t", "s"), Column::new("m_x", "")];
    std::fs::write(&path, "t (s),m_x\n0,1\n1e-12,0.5\n2e-12,0.2").unwrap();
    assert_eq!(spinloom_magnet::table::read_file(&path).unwrap().values, [[0.0, 1e-12], [1.0, 0.5]]);
    assert_eq!(Table::resume(&path, &columns, None).unwrap().rows(), 2);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "t (s),m_x\n0,1\n1e-12,0.5\n");
    let problem = |error: FileError| match error {
        FileError::Table { source, .. } => source,
        other => panic!("{other}"),
    };
    let lost = problem(Table::resume(&path, &columns, Some(3)).unwrap_err());
    assert_eq!(lost, TableError::Rows { found: 2, expected: 3 });
    let other = problem(Table::resume(&path, &columns[..1], Some(2)).unwrap_err());
    assert!(matches!(other, TableError::Columns { .. }), "{other}");
    let mut table = Table::resume(&path, &columns, Some(2)).unwrap();
    assert!(matches!(problem(table.append(&[1.0, f64::NAN]).unwrap_err()), TableError::NotFinite { row: 3, .. }));
    assert!(matches!(problem(table.append(&[1.0]).unwrap_err()), TableError::Width { found: 1, .. }));
    // Killed while the first line was written, or before.
    std::fs::write(&path, "t (s),m").unwrap();
    assert_eq!(Table::resume(&path, &columns, Some(0)).unwrap().rows(), 0);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(Table::resume(&path, &columns, None).unwrap().rows(), 0);
    assert!(Table::resume(&folder.path().join("none.csv"), &columns, Some(1)).is_err());
    for bad in
        [vec![], vec![Column::new("a,b", "")], vec![Column::new("a", ""), Column::new("a", "m")], vec![Column::new("", "")]]
    {
        assert!(Table::create(&path, &bad).is_err());
    }
}

#[test]
fn pictures_show_directions_and_numbers_and_come_back_from_png() {
    let grid = Grid::new([3, 2, 2], [4e-9, 8e-9, 1e-9]).unwrap();
    let mut m = VectorField::<f32>::zeros(grid.len());
    m.set(grid.index([0, 0, 1]), [1.0, 0.0, 0.0]);
    m.set(grid.index([1, 0, 1]), [0.0, 0.0, -1.0]);
    m.set(grid.index([0, 1, 1]), [-1.0, 0.0, 0.0]);
    let picture = Picture::of_vectors(&grid, &m, 1, 2).unwrap();
    // Cells twice as long along y as along x, and y upwards.
    assert_eq!((picture.width(), picture.height()), (6, 8));
    assert_eq!(
        [picture.pixel(0, 7), picture.pixel(2, 7), picture.pixel(0, 0)],
        [[255, 0, 0, 255], [0, 0, 0, 255], [0, 255, 255, 255]]
    );
    assert_eq!(picture.pixel(5, 7)[3], 0);
    let png = picture.to_png();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (6, 8));
    assert!((0..48).all(|i| pixels[4 * i..4 * i + 4] == picture.pixel(i % 6, i / 6)));
    // The wheel of mumax3: red, yellow, green, cyan, blue, magenta; white and black.
    let around = |degrees: f64| direction_colour([degrees.to_radians().cos(), degrees.to_radians().sin(), 0.0]);
    assert_eq!([60.0, 120.0, 240.0, 300.0].map(around), [[255, 255, 0], [0, 255, 0], [0, 0, 255], [255, 0, 255]]);
    assert_eq!(
        [diverging_colour(-1.0), diverging_colour(0.0), diverging_colour(9.0)],
        [[5, 48, 97], [247, 247, 247], [103, 0, 31]]
    );
    let scalars = Picture::of_scalars(&grid, &[f64::MAX; 12], 0, 1, Some([-f64::MAX, f64::MAX])).unwrap();
    assert_eq!(scalars.pixel(0, 0), [103, 0, 31, 255]);
    assert_eq!(Picture::of_scalars(&grid, &[0.0; 12], 0, 1, None).unwrap().pixel(0, 0), [247, 247, 247, 255]);
}

#[test]
fn pictures_and_images_refuse_what_they_cannot_show() {
    let grid = Grid::new([3, 2, 1], [4e-9, 8e-9, 1e-9]).unwrap();
    let mut values = vec![0.0; 6];
    values[4] = f64::NAN;
    let error = Picture::of_scalars(&grid, &values, 0, 1, None).unwrap_err();
    assert!(matches!(error, MagnetError::InCell { cell: [1, 1, 0], .. }), "{error}");
    let field = VectorField { x: values.clone(), y: vec![0.0; 6], z: vec![0.0; 6] };
    assert!(matches!(Picture::of_vectors(&grid, &field, 0, 1).unwrap_err(), MagnetError::InCell { cell: [1, 1, 0], .. }));
    assert!(matches!(Image::new(&grid).vectors("m", &field).unwrap_err(), MagnetError::InCell { cell: [1, 1, 0], .. }));
    assert!(matches!(
        Image::new(&grid).integers("regions", &[1u8]).unwrap_err(),
        MagnetError::Length { found: 1, expected: 6, .. }
    ));
    for (layer, pixels) in [(1, 1), (0, 0), (0, usize::MAX)] {
        assert!(Picture::of_scalars(&grid, &[0.0; 6], layer, pixels, None).is_err());
    }
    for limits in [[1.0, 1.0], [2.0, 1.0], [f64::NAN, 1.0], [0.0, f64::INFINITY]] {
        assert!(Picture::of_scalars(&grid, &[0.0; 6], 0, 1, Some(limits)).is_err());
    }
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("none/m.png");
    let error = Picture::of_scalars(&grid, &[0.0; 6], 0, 1, None).unwrap().write_file(&nowhere).unwrap_err();
    assert!(error.to_string().contains("none/m.png"), "{error}");
}
