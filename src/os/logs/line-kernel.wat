;; Finds the lines of a window that hold a marker, and in them the values a plan asks for, sixteen bytes at a time.
;; It decides nothing: a line that is not exactly as expected (cut, or with one key twice) is handed back as
;; it is, and os/line-reader with the agent's own parser says what it means. os/line-kernel.ts lays out the memory.
;;
;; The window starts at address 0 and $control lies behind it with room to read on past any byte of the window.
(module
  (memory (export "memory") 9)
  (global $control i32 (i32.const 524544))
  ;; One start and end for each field of the plan.
  (global $spans i32 (i32.const 524608))
  ;; 32 bytes of ones, 32 of zeros: a mask of n bytes starts n before the middle.
  (global $ones i32 (i32.const 525568))
  (global $middle i32 (i32.const 525600))
  ;; Two markers: their bytes, the mask of their length, the distance of the last byte.
  (global $first i32 (i32.const 525632))
  (global $second i32 (i32.const 525696))

  ;; The next line to be told of, from `at` on (its content from `from` on): 0 none that is complete before `end`, 1 one
  ;; that is no object, 2 one with a marker, 3 the same with its fields found. Of `plan` 0 no fields are looked for.
  (func $next (export "next") (param $at i32) (param $from i32) (param $end i32) (param $plan i32) (result i32)
    (local $p i32) (local $bits i32) (local $marked i32) (local $lines i32) (local $found i32)
    (local $v v128) (local $newline v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $toLast i32) (local $toLastOfSecond i32)
    (local.set $toLast (i32.load offset=32 (global.get $first)))
    (local.set $toLastOfSecond (i32.load offset=32 (global.get $second)))
    (local.set $newline (i8x16.splat (i32.const 10)))
    (local.set $a (i8x16.splat (i32.load8_u (global.get $first))))
    (local.set $b (i8x16.splat (i32.load8_u (i32.add (global.get $first) (local.get $toLast)))))
    (local.set $c (i8x16.splat (i32.load8_u (global.get $second))))
    (local.set $d (i8x16.splat (i32.load8_u (i32.add (global.get $second) (local.get $toLastOfSecond)))))
    ;; A newline at the end stops every search without a bound in its loop.
    (i32.store8 (local.get $end) (i32.const 10))
    (local.set $p (local.get $at))
    (loop $line
      (local.set $marked (i32.const 0))
      (block $ended
        (loop $seek
          (local.set $v (v128.load (local.get $p)))
          (local.set $bits (i8x16.bitmask (v128.or
            (i8x16.eq (local.get $v) (local.get $newline))
            (v128.or
              (v128.and (i8x16.eq (local.get $v) (local.get $a)) (i8x16.eq (v128.load (i32.add (local.get $p) (local.get $toLast))) (local.get $b)))
              (v128.and (i8x16.eq (local.get $v) (local.get $c)) (i8x16.eq (v128.load (i32.add (local.get $p) (local.get $toLastOfSecond))) (local.get $d)))))))
          (block $onward
            (br_if $onward (i32.eqz (local.get $bits)))
            (loop $bit
              (local.set $at (i32.add (local.get $p) (i32.ctz (local.get $bits))))
              (br_if $ended (i32.eq (i32.load8_u (local.get $at)) (i32.const 10)))
              (local.set $marked (i32.or (call $same (local.get $at) (global.get $first)) (call $same (local.get $at) (global.get $second))))
              (br_if $onward (local.get $marked))
              (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
              (br_if $bit (local.get $bits))))
          (if (local.get $marked) (then
            (local.set $p (local.get $at))
            (loop $rest
              (local.set $bits (i8x16.bitmask (i8x16.eq (v128.load (local.get $p)) (local.get $newline))))
              (if (local.get $bits) (then
                (local.set $at (i32.add (local.get $p) (i32.ctz (local.get $bits))))
                (br $ended)))
              (local.set $p (i32.add (local.get $p) (i32.const 16)))
              (br $rest))))
          (local.set $p (i32.add (local.get $p) (i32.const 16)))
          (br $seek)))
      ;; `at` is the newline now.
      (i32.store offset=4 (global.get $control) (local.get $from))
      (i32.store offset=8 (global.get $control) (local.get $at))
      (i32.store offset=12 (global.get $control) (local.get $lines))
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const 0))))
      (local.set $lines (i32.add (local.get $lines) (i32.const 1)))
      (i32.store offset=12 (global.get $control) (local.get $lines))
      (if (local.get $marked)
        (then
          (if (i32.eqz (local.get $plan)) (then (return (i32.const 2))))
          (local.set $found (call $pick (local.get $from) (local.get $at) (local.get $plan)))
          (if (local.get $found) (then (return (local.get $found)))))
        (else
          (if (i32.eqz (call $plain (local.get $from) (local.get $at))) (then (return (i32.const 1))))))
      (local.set $p (i32.add (local.get $at) (i32.const 1)))
      (local.set $from (local.get $p))
      (br $line))
    (unreachable))

  ;; Is the marker at `at`?
  (func $same (param $at i32) (param $marker i32) (result i32)
    (i32.eqz (v128.any_true (v128.and
      (v128.xor (v128.load (local.get $at)) (v128.load (local.get $marker)))
      (v128.load offset=16 (local.get $marker))))))

  ;; White space, or something from { to }.
  (func $plain (param $from i32) (param $to i32) (result i32)
    (block $trimmed
      (loop $left
        (br_if $trimmed (i32.ge_u (local.get $from) (local.get $to)))
        (br_if $trimmed (i32.gt_u (i32.load8_u (local.get $from)) (i32.const 32)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $left)))
    (if (i32.ge_u (local.get $from) (local.get $to)) (then (return (i32.const 1))))
    (loop $right
      (local.set $to (i32.sub (local.get $to) (i32.const 1)))
      (br_if $right (i32.le_u (i32.load8_u (local.get $to)) (i32.const 32))))
    (i32.and (i32.eq (i32.load8_u (local.get $from)) (i32.const 123)) (i32.eq (i32.load8_u (local.get $to)) (i32.const 125))))

  ;; Fills the spans from the line: 3 found, 2 to be read by others, 0 nobody's.
  (func $pick (param $from i32) (param $limit i32) (param $plan i32) (result i32)
    (local $p i32) (local $end i32)
    (local.set $p (global.get $spans))
    (local.set $end (i32.add (local.get $p) (i32.load offset=128 (local.get $plan))))
    (loop $clear
      (v128.store (local.get $p) (i8x16.splat (i32.const 255)))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br_if $clear (i32.lt_u (local.get $p) (local.get $end))))
    (local.set $p (call $ink (local.get $from) (local.get $limit)))
    (if (i32.ne (i32.load8_u (local.get $p)) (i32.const 123)) (then (return (i32.const 2))))
    (local.set $p (call $walk (local.get $p) (local.get $limit) (local.get $plan)))
    (if (i32.eq (local.get $p) (i32.const -2)) (then (return (i32.const 0))))
    (if (i32.eq (local.get $p) (i32.const -1)) (then (return (i32.const 2))))
    (if (i32.ne (call $ink (local.get $p) (local.get $limit)) (local.get $limit)) (then (return (i32.const 2))))
    (i32.const 3))

  ;; Behind the object at `at`; -1 when it is not as expected, -2 when the line is nobody's.
  (func $walk (param $at i32) (param $limit i32) (param $node i32) (result i32)
    (local $key i32) (local $length i32) (local $field i32) (local $slot i32) (local $value i32)
    (local.set $at (call $ink (i32.add (local.get $at) (i32.const 1)) (local.get $limit)))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 125)) (then (return (i32.add (local.get $at) (i32.const 1)))))
    (loop $member
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 34)) (then (return (i32.const -1))))
      (local.set $key (i32.add (local.get $at) (i32.const 1)))
      (local.set $at (call $stringEnd (local.get $key) (local.get $limit)))
      (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
      (local.set $length (i32.sub (local.get $at) (local.get $key)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 58)) (then
        (local.set $at (call $ink (local.get $at) (local.get $limit)))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 58)) (then (return (i32.const -1))))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.le_u (i32.load8_u (local.get $at)) (i32.const 32)) (then (local.set $at (call $ink (local.get $at) (local.get $limit)))))
      (local.set $value (local.get $at))
      ;; The fields of this length, one after the other.
      (local.set $field (i32.const 0))
      (if (i32.lt_u (local.get $length) (i32.const 32)) (then
        (local.set $field (i32.load (i32.add (local.get $node) (i32.shl (local.get $length) (i32.const 2)))))
        (block $known
          (loop $other
            (br_if $known (i32.eqz (local.get $field)))
            (br_if $known (call $isWord (local.get $key) (local.get $field) (local.get $length)))
            (local.set $field (i32.load offset=44 (local.get $field)))
            (br $other)))))
      (if (local.get $field)
        (then
          (local.set $slot (i32.load offset=32 (local.get $field)))
          ;; Twice the same: which counts is for the agent's parser to say.
          (if (i32.ne (i32.load (local.get $slot)) (i32.const -1)) (then (return (i32.const -1))))
          (block $taken
            ;; One of these words, else the line is nobody's, or somebody else's.
            (if (i32.load offset=40 (local.get $field)) (then
              (local.set $length (call $choice (local.get $at) (i32.load offset=40 (local.get $field))))
              (if (local.get $length) (then (return (local.get $length))))))
            (if (i32.and (i32.ne (i32.load offset=36 (local.get $field)) (i32.const 0)) (i32.eq (i32.load8_u (local.get $at)) (i32.const 123))) (then
              (local.set $at (call $walk (local.get $at) (local.get $limit) (i32.load offset=36 (local.get $field))))
              (br $taken)))
            (local.set $at (call $valueEnd (local.get $at) (local.get $limit))))
          (i32.store (local.get $slot) (local.get $value))
          (i32.store offset=4 (local.get $slot) (local.get $at)))
        (else (local.set $at (call $valueEnd (local.get $at) (local.get $limit)))))
      (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (local.get $at))))
      (if (i32.le_u (i32.load8_u (local.get $at)) (i32.const 32)) (then (local.set $at (call $ink (local.get $at) (local.get $limit)))))
      (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 125)) (then (return (i32.add (local.get $at) (i32.const 1)))))
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 44)) (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.le_u (i32.load8_u (local.get $at)) (i32.const 32)) (then (local.set $at (call $ink (local.get $at) (local.get $limit)))))
      (br $member))
    (unreachable))

  ;; The string at `at`: 0 when it is a word of the list to take, -1 one to leave to others, -2 when it is none of both.
  (func $choice (param $at i32) (param $list i32) (result i32)
    (local $length i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 34)) (then (return (i32.const -2))))
    (loop $word
      (local.set $length (i32.load offset=32 (local.get $list)))
      (if (i32.eqz (local.get $length)) (then (return (i32.const -2))))
      (if (i32.and
        (i32.eq (i32.load8_u offset=1 (i32.add (local.get $at) (local.get $length))) (i32.const 34))
        (call $isWord (i32.add (local.get $at) (i32.const 1)) (local.get $list) (local.get $length)))
        (then (return (i32.load offset=36 (local.get $list)))))
      (local.set $list (i32.add (local.get $list) (i32.const 48)))
      (br $word))
    (unreachable))

  ;; Do `length` bytes (under 32) at `at` equal those at `word`, which zeros follow?
  (func $isWord (param $at i32) (param $word i32) (param $length i32) (result i32)
    (local $mask i32)
    (local.set $mask (i32.sub (global.get $middle) (local.get $length)))
    (i32.eqz (v128.any_true (v128.or
      (v128.xor (v128.and (v128.load (local.get $at)) (v128.load (local.get $mask))) (v128.load (local.get $word)))
      (v128.xor (v128.and (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $mask))) (v128.load offset=16 (local.get $word)))))))

  ;; The first byte from `at` that is not JSON white space, at most `limit`.
  (func $ink (param $at i32) (param $limit i32) (result i32)
    (local $byte i32)
    (block $done
      (loop $on
        (br_if $done (i32.ge_u (local.get $at) (local.get $limit)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (br_if $done (i32.eqz (i32.or (i32.or (i32.eq (local.get $byte) (i32.const 32)) (i32.eq (local.get $byte) (i32.const 10)))
          (i32.or (i32.eq (local.get $byte) (i32.const 13)) (i32.eq (local.get $byte) (i32.const 9))))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $on)))
    (local.get $at))

  ;; The closing quote of the string whose first character is at `at`; -1 when it does not end before `limit`.
  (func $stringEnd (param $at i32) (param $limit i32) (result i32)
    (local $v v128) (local $bits i32)
    (loop $on
      (local.set $v (v128.load (local.get $at)))
      (local.set $bits (i8x16.bitmask (v128.or
        (i8x16.eq (local.get $v) (i8x16.splat (i32.const 34))) (i8x16.eq (local.get $v) (i8x16.splat (i32.const 92))))))
      (if (local.get $bits)
        (then
          (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $bits))))
          (if (i32.ge_u (local.get $at) (local.get $limit)) (then (return (i32.const -1))))
          (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 34)) (then (return (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 2))))
        (else (local.set $at (i32.add (local.get $at) (i32.const 16)))))
      (br_if $on (i32.lt_u (local.get $at) (local.get $limit))))
    (i32.const -1))

  ;; Behind the value at `at`; -1 when it does not end before `limit`. What is skipped is only balanced, not checked.
  (func $valueEnd (param $at i32) (param $limit i32) (result i32)
    (local $first i32) (local $byte i32) (local $depth i32) (local $bits i32) (local $v v128) (local $low v128)
    (local.set $first (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $first) (i32.const 34)) (then
      (local.set $at (call $stringEnd (i32.add (local.get $at) (i32.const 1)) (local.get $limit)))
      (return (i32.add (local.get $at) (i32.ne (local.get $at) (i32.const -1))))))
    (if (i32.ne (i32.or (local.get $first) (i32.const 32)) (i32.const 123)) (then
      (local.set $bits (local.get $at))
      (block $odd (block $over
        (loop $scalar
          (local.set $byte (i32.load8_u (local.get $at)))
          (br_if $over (i32.le_u (local.get $byte) (i32.const 32)))
          (br_if $over (i32.eq (local.get $byte) (i32.const 44)))
          ;; } and ] differ in one bit only.
          (br_if $over (i32.eq (i32.or (local.get $byte) (i32.const 32)) (i32.const 125)))
          ;; A quote or an opening bracket in a number: what it opens, others would have to say.
          (br_if $odd (i32.or (i32.eq (local.get $byte) (i32.const 34)) (i32.eq (i32.or (local.get $byte) (i32.const 32)) (i32.const 123))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $scalar)))
        (if (i32.ne (local.get $at) (local.get $bits)) (then (return (local.get $at)))))
      (return (i32.const -1))))
    ;; An object or a list: brackets outside of strings.
    (loop $on
      (local.set $v (v128.load (local.get $at)))
      (local.set $low (v128.or (local.get $v) (i8x16.splat (i32.const 32))))
      (local.set $bits (i8x16.bitmask (v128.or (i8x16.eq (local.get $v) (i8x16.splat (i32.const 34)))
        (v128.or (i8x16.eq (local.get $low) (i8x16.splat (i32.const 123))) (i8x16.eq (local.get $low) (i8x16.splat (i32.const 125)))))))
      (block $onward
        (br_if $onward (i32.eqz (local.get $bits)))
        (loop $bit
          (local.set $first (i32.add (local.get $at) (i32.ctz (local.get $bits))))
          (if (i32.ge_u (local.get $first) (local.get $limit)) (then (return (i32.const -1))))
          (local.set $byte (i32.load8_u (local.get $first)))
          (if (i32.eq (local.get $byte) (i32.const 34)) (then
            (local.set $at (call $stringEnd (i32.add (local.get $first) (i32.const 1)) (local.get $limit)))
            (if (i32.eq (local.get $at) (i32.const -1)) (then (return (i32.const -1))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $on (i32.lt_u (local.get $at) (local.get $limit)))
            (return (i32.const -1))))
          ;; { and [ are 123 with the bit set, } and ] 125.
          (local.set $depth (i32.add (local.get $depth) (i32.sub (i32.const 124) (i32.or (local.get $byte) (i32.const 32)))))
          (if (i32.eqz (local.get $depth)) (then (return (i32.add (local.get $first) (i32.const 1)))))
          (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
          (br_if $bit (local.get $bits))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $on (i32.lt_u (local.get $at) (local.get $limit))))
    (i32.const -1)))
