mod problems;
use problems::*;
#[test]
fn sp4(){
    let oommf = reference("sp4/field1_oommf_t_mx_my_mz.txt",[0,1,2,3]).unwrap();
    for cells in [[128,32],[200,50]] {
        let t=std::time::Instant::now();
        let film = reversal::s_state(cells,1e-9);
        println!("{cells:?} relaxed {:?} {:?}", spinloom_magnet::quantity::average(film.magnetization()), t.elapsed());
        let c = reversal::reversal(film, reversal::FIELDS[0], 1e-6, oommf.iter().map(|r| r[0]));
        println!("distance {:e} zero {:?} vs {:?} last {:?} {:?}", distance(&c,&oommf), zero_crossing(&c,1), zero_crossing(&oommf,1), c.last(), t.elapsed());
    }
}
#[test]
fn fmr(){
    let oommf = reference("fmr/oommf_dynamic_txyz.txt",[0,1,2,3]).unwrap();
    let t=std::time::Instant::now();
    let c = resonance::ringing([24,24,2], 1e-6, oommf.iter().take(1000).map(|r| r[0]));
    println!("FMR {:?} {:?} vs {:?} distance {:e} time {:?}", c[0], c[999], oommf[999], distance(&c,&oommf[..1000]), t.elapsed());
}
#[test]
fn sp5(){
    let fid = reference("sp5/std5_fidimag_data.txt",[0,4,5,6]).unwrap();
    let t=std::time::Instant::now();
    let film = vortex::at_rest([20,20,2],1e-9);
    println!("SP5 rest {:?} vs {:?}", spinloom_magnet::quantity::average(film.magnetization()), fid[0]);
    drop(film);
    for speed in [72.35,72.4387] { for reduced in [false,true] {
    let film = vortex::at_rest([20,20,2],1e-9);
    let c = vortex::driven(film, vortex::Flavour{ratio: MUMAG_RATIO, speed, reduced}, 1e-6, fid.iter().map(|r| r[0]));
    println!("SP5 {speed} {reduced} {:?} vs {:?} distance {:e} last {:?} {:?} time {:?}", c[100], fid[100], distance(&c,&fid), c.last(), fid.last(), t.elapsed());
    }}
}
#[test]
fn sp3(){
    for n in [10,20] {
    let t=std::time::Instant::now();
    println!("SP3 {n} {:?} {:?}", cube::transition(n), t.elapsed());
    }
}
